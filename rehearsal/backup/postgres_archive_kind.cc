// What pg_dump writes in its formats custom, directory and tar: restored by pg_restore, everything of it, with the
// roles that own and are granted. What pg_restore says where it fails becomes the reason, without values.
#include <cstdlib>
#include <fstream>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/postgres_backup_server.h"
#include "rehearsal/backup/postgres_dump_facts.h"
#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/postgres_client_program.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

bool says(const std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts)
    if (text.find(part) != std::string::npos) return true;
  return false;
}

BackupRefused refusal(const fs::path& archive, const fs::path& output) {
  const std::string said = last_lines(output, 60), errors = errors_in(output);
  if (says(said, {"unsupported version"}))
    return BackupRefused(archive.string() +
                         " was made by a newer pg_dump than the pg_restore that is here can read; install newer "
                         "programs, or point binaries in drydock.toml at them:" +
                         errors);
  if (says(said, {"end of file", "could not find block ID", "file too short", "could not uncompress", "corrupt",
                  "found unexpected block ID", "invalid"}))
    return BackupRefused(archive.string() + " is cut short or damaged, and could not be restored to its end:" + errors);
  if (says(said, {"No such file or directory"}))
    return BackupRefused(archive.string() + " is not whole, one of its files is missing:" + errors);
  return BackupRefused(archive.string() + " could not be restored:" + errors);
}

// pg_restore --list, and --schema-only as a script: what it says of the archive and of where it came from.
struct Header {
  std::string database;
  std::optional<Moment> created_at;
  int server_major = 0;
};

std::string behind(const std::string& line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  return at == std::string::npos ? "" : line.substr(at + mark.size());
}

Header read_header(std::istream& list) {
  Header header;
  for (std::string line; std::getline(list, line) && (line.empty() || line.front() == ';');) {
    if (const std::string at = behind(line, "Archive created at "); !at.empty())
      header.created_at = moment_of_local(at);
    if (const std::string name = behind(line, "dbname: "); !name.empty()) header.database = name;
    if (const std::string version = behind(line, "Dumped from database version: "); !version.empty())
      header.server_major = std::atoi(version.c_str());
  }
  return header;
}

// Runs pg_restore on the archive; `options` say what for.
void run(const PostgresBinaries& binaries, const fs::path& archive, std::vector<std::string> options,
         const fs::path& output, const std::map<std::string, std::string>& variables = {}) {
  Program restore;
  restore.arguments = {binaries.program("pg_restore")};
  for (std::string& option : options) restore.arguments.push_back(std::move(option));
  restore.arguments.push_back(fs::absolute(archive).string());
  restore.variables = variables;
  restore.variables["LC_MESSAGES"] = "C";
  restore.output = output;
  if (run_program(restore) != 0) throw refusal(archive, output);
}

class PostgresArchiveKind final : public BackupKind {
 public:
  std::string_view name() const override { return "PostgreSQL archive (pg_dump -Fc, -Fd, -Ft)"; }

  bool recognises(const BackupFile& file) const override {
    if (file.is_directory) return fs::exists(file.path / "toc.dat");
    return file.starts_with("PGDMP") || file.first_member() == "toc.dat";
  }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    const ShadowDirectory scratch(shadow_base(request.shadow_directory, std::nullopt), std::nullopt, 0);
    const PostgresBinaries newest = newest_programs(request);
    run(newest, request.file, {"--list"}, scratch.path() / "list");
    std::ifstream list(scratch.path() / "list");
    const Header header = read_header(list);
    const PostgresBinaries binaries = binaries_for_backup(request, header.server_major, false);
    run(binaries, request.file, {"--create", "--schema-only", "--file=" + (scratch.path() / "schema").string()},
        scratch.path() / "schema.log");
    std::ifstream schema(scratch.path() / "schema");
    return restored(request, header, read_dump_facts(schema), binaries, scratch.path());
  }

 private:
  static PostgresBinaries newest_programs(const RestoreRequest& request) {
    std::optional<PostgresBinaries> newest;
    for (const PostgresBinaries& each : installed_binaries(request.binaries, Programs::server))
      if (!newest || each.major > newest->major) newest = each;
    if (newest) return *newest;
    throw CannotRehearse(
        "to restore " + request.file.string() +
        " it takes postgres, initdb, pg_dump and pg_restore, and they are not on this machine: install "
        "PostgreSQL, or point binaries in drydock.toml at the bin directory of an unpacked copy");
  }

  static std::unique_ptr<RestoredBackup> restored(const RestoreRequest& request, const Header& header,
                                                  const DumpFacts& facts, const PostgresBinaries& binaries,
                                                  const fs::path& scratch) {
    std::error_code error;
    const bool is_directory = fs::is_directory(request.file, error);
    auto server = std::make_unique<PostgresBackupServer>(request, size_below(request.file));
    server->use(binaries);
    const std::string database = request.database.value_or(header.database.empty() ? "backup" : header.database);
    server->start_empty(facts.locale.value_or(usual_locale()), database, facts.roles);
    const ClientAddress address(server->url(database), scratch);
    std::vector<std::string> options = {"--exit-on-error",      "--no-tablespaces", "--no-subscriptions",
                                        "--no-security-labels", "--no-password",    "--dbname=" + address.conninfo()};
    std::ifstream file(request.file, std::ios::binary);
    const bool parallel = is_directory || file.get() == 'P';  // not from a tape archive
    if (parallel) options.emplace_back("--jobs=2");
    run(binaries, request.file, std::move(options), scratch / "pg_restore.log", address.variables());
    server->set_taken_at(header.created_at);
    server->settle(database);
    return server;
  }
};

}  // namespace

std::unique_ptr<BackupKind> postgres_archive_kind() { return std::make_unique<PostgresArchiveKind>(); }

}  // namespace drydock
