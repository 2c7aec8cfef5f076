// What the sqlite3 program's .dump writes: SQL that makes the database anew.
#include <fstream>
#include <iterator>

#include "rehearsal/backup/kinds.h"
#include "rehearsal/backup/sqlite_restored_backup.h"
#include "runner/sql/splitter.h"

namespace drydock {

namespace {

constexpr std::string_view opening = "PRAGMA foreign_keys=OFF;", end = "COMMIT;";

std::string text_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

// A dump is made of a transaction. One that met an error ends with ROLLBACK; what comes after the end changes nothing
// that is counted.
void require_whole(std::string_view text, const std::filesystem::path& file) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.remove_suffix(1);
  if (text.ends_with(end)) return;
  throw BackupRefused(file.string() + " is cut short: a dump of SQLite's ends with COMMIT" +
                      (text.substr(text.rfind('\n') + 1).starts_with("ROLLBACK")
                           ? ", and this one with ROLLBACK: the database could not be read when it was made"
                           : ""));
}

void run(const std::string& text, Database& database, const std::filesystem::path& file) {
  try {
    for (const Statement& statement : split_statements(text, Dialect::sqlite)) {
      if (!statement.traits.reaches_outside.empty())
        throw BackupRefused(file.string() + ":" + std::to_string(statement.line) + ": the script reaches another file");
    }
    database.execute(text);
  } catch (const SqlTextError& error) {
    throw BackupRefused(file.string() + ":" + std::to_string(error.line) +
                        ": the script cannot be read: " + error.what());
  } catch (const DatabaseError& error) {
    throw BackupRefused(file.string() + " could not be run to its end: " + error.what() + " (" + error.sqlstate() +
                        ")");
  }
}

class SqliteScriptKind final : public BackupKind {
 public:
  std::string_view name() const override { return "SQLite script (.dump)"; }

  bool recognises(const BackupFile& file) const override {
    return file.starts_with(opening) || file.starts_with("BEGIN TRANSACTION;");
  }

  std::unique_ptr<RestoredBackup> restore(const RestoreRequest& request) const override {
    auto restored = std::make_unique<SqliteRestoredBackup>(request);
    const std::string text = text_of(request.file);
    require_whole(text, request.file);
    restored->open();
    run(text, restored->database(), request.file);
    return restored;
  }
};

}  // namespace

std::unique_ptr<BackupKind> sqlite_script_kind() { return std::make_unique<SqliteScriptKind>(); }

}  // namespace drydock
