// What pg_dump writes as plain text.
#include <fstream>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/postgres_backup_server.h"
#include "rehearsal/backup/postgres_dump_facts.h"
#include "rehearsal/backup/postgres_script.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

class PostgresScriptKind final : public BackupKind {
 public:
  std::string_view name() const override { return "PostgreSQL script (pg_dump -Fp)"; }

  bool recognises(const BackupFile& file) const override {
    return !file.is_directory && (file.head.find("-- PostgreSQL database dump") != std::string::npos ||
                                  file.head.find("-- PostgreSQL database cluster dump") != std::string::npos);
  }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    std::ifstream text(request.file, std::ios::binary);
    const DumpFacts facts = read_dump_facts(text);
    if (facts.is_cluster)
      throw BackupRefused(request.file.string() +
                          " holds several databases, as pg_dumpall writes them: check one database's dump");
    if (!facts.is_complete)
      throw BackupRefused(request.file.string() +
                          " is cut short: the last line that pg_dump writes is missing, \"database dump complete\"");
    auto server = std::make_unique<PostgresBackupServer>(request, size_below(request.file));
    server->use(binaries_for_backup(request, facts.server_major, false));
    const std::string database = request.database.value_or("backup");
    server->start_empty(facts.locale.value_or(usual_locale()), database, facts.roles);
    run_postgres_script(request.file, server->url(database));
    server->settle(database);
    return server;
  }
};

}  // namespace

std::unique_ptr<BackupKind> postgres_script_kind() { return std::make_unique<PostgresScriptKind>(); }

}  // namespace drydock
