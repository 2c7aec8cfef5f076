#include "rehearsal/backup/postgres_cluster_copy.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "rehearsal/backup/postgres_backup_server.h"
#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_client_program.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

int major_in(const fs::path& data, const fs::path& backup) {
  std::ifstream file(data / "PG_VERSION");
  std::string version;
  const int major = std::getline(file, version) ? std::atoi(version.c_str()) : 0;
  if (major > 0) return major;
  throw BackupRefused(backup.string() + " is no base backup: it holds no PG_VERSION");
}

// Links to directories elsewhere, which a server here would write to.
void require_no_tablespaces(const fs::path& data, const fs::path& backup) {
  std::error_code error;
  const bool has_links = fs::directory_iterator(data / "pg_tblspc", error) != fs::directory_iterator();
  const bool has_map = fs::exists(data / "tablespace_map", error) && fs::file_size(data / "tablespace_map", error) > 0;
  if (has_links || has_map)
    throw CannotRehearse(backup.string() +
                         " has tablespaces outside of the cluster's directory, which drydock does not restore: check a "
                         "dump of the database by pg_dump instead");
}

// The sizes and sums of its files, where pg_basebackup has written them down.
void verify_files(const fs::path& data, const fs::path& backup, const PostgresBinaries& binaries, const fs::path& log) {
  const std::string program = binaries.program("pg_verifybackup");
  if (!fs::exists(data / "backup_manifest") || ::access(program.c_str(), X_OK) != 0) return;
  Program verify;
  verify.arguments = {program, "--no-parse-wal", data.string()};
  verify.variables = {{"LC_MESSAGES", "C"}};
  verify.output = log;
  if (run_program(verify) != 0)
    throw BackupRefused(backup.string() +
                        " is cut short or damaged: its files are not those of its manifest:" + errors_in(log));
}

// START TIME: 2026-11-25 09:40:00 UTC
std::optional<Moment> started_at(const fs::path& data) {
  constexpr std::string_view mark = "START TIME: ";
  std::ifstream label(data / "backup_label");
  for (std::string line; std::getline(label, line);)
    if (line.starts_with(mark))
      return line.ends_with(" UTC") ? moment_of(line.substr(mark.size())) : moment_of_local(line.substr(mark.size()));
  return std::nullopt;
}

}  // namespace

std::unique_ptr<RestoredBackup> restore_cluster(const RestoreRequest& request, const PlaceFiles& place) {
  auto server = std::make_unique<PostgresBackupServer>(request, size_below(request.file));
  const fs::path data = server->directory().path() / "data", log = server->directory().path() / "place.log";
  place(data, log);
  server->use(binaries_for_backup(request, major_in(data, request.file), true));
  require_no_tablespaces(data, request.file);
  verify_files(data, request.file, server->binaries(), log);
  server->set_taken_at(started_at(data));
  server->start_copied();
  server->settle(server->chosen_database(request));
  return server;
}

}  // namespace drydock
