// The programs of a PostgreSQL installation on this machine: postgres, initdb, pg_dump and pg_restore of one version.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drydock {

struct PostgresBinaries {
  std::filesystem::path directory;
  std::string version;  // "15.18"
  int major = 0;

  std::string program(const std::string& name) const { return (directory / name).string(); }
};

// What has to be there: a server's programs too, or a client's alone.
enum class Programs { server, client };

// All that are complete: in the directory of the setting, else below /usr/lib/postgresql and in PATH.
std::vector<PostgresBinaries> installed_binaries(const std::optional<std::string>& setting, Programs needed);

// The same major version as the source's where it is there, else the next newer one; never an older one, whose pg_dump
// refuses the source.
std::optional<PostgresBinaries> binaries_for(int source_major, const std::vector<PostgresBinaries>& installed);

}  // namespace drydock
