// A PostgreSQL server of the shadow's own: in the shadow's directory, reachable through a socket there and no other
// way, never flushed to disk, confined to its files. Ends with its object, and with drydock, however that ends.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/shadow_directory.h"
#include "runner/database/url.h"

namespace drydock {

struct ServerRequest {
  PostgresBinaries binaries;
  std::optional<ServerUser> user;
  std::filesystem::path empty_server;  // template_directory(); empty: the directory "data" is there, its user's own
  std::string superuser;               // of the template
  std::map<std::string, std::string> settings;  // as on the source: time zone, date style ...
  std::string database = "postgres";            // that it answers for when it is ready
};

class ThrowawayServer {
 public:
  // REQUIRES: `directory` outlives it. Throws CannotRehearse or Interrupted.
  ThrowawayServer(ShadowDirectory& directory, const ServerRequest& request);
  ~ThrowawayServer();
  ThrowawayServer(const ThrowawayServer&) = delete;
  ThrowawayServer& operator=(const ThrowawayServer&) = delete;

  // `options` as libpq's; nullopt: those of drydock's environment.
  DatabaseUrl url(const std::string& user, const std::string& database,
                  const std::optional<std::string>& options) const;
  // The same as a text.
  std::string address(const std::string& user, const std::string& database,
                      const std::optional<std::string>& options) const;
  // What of its confinement this machine cannot do.
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  void start(const ServerRequest& request);
  void wait_until_ready(const ServerRequest& request);

  ShadowDirectory& directory_;
  std::filesystem::path data_, socket_, log_;
  std::vector<std::string> notes_;
  std::unique_ptr<ChildProcess> process_;
};

// Runs SQL, one statement a line, on a server directory whose server does not run, as its first superuser, whatever
// that is called; recovers the directory first where that is due. Confined as a server is. Returns the exit status;
// what the program says is appended to "log" in `directory`. REQUIRES: the directory "data" is there, its user's own.
int run_single_user(const ShadowDirectory& directory, const ServerRequest& request, const std::string& sql);

}  // namespace drydock
