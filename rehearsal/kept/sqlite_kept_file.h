// The file beside a SQLite database that holds the safety copies and the list of them: FILE.kept, on a connection of
// its own. What happens to a copy is a further row with its id; rows are never rewritten.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

// The table's columns and key as they are now; no columns where there is no such table. REQUIRES: the handle lives.
CopiedTable sqlite_table(sqlite3* handle, const std::string& name);

class SqliteKeptFile {
 public:
  enum class Missing { make, leave };
  // Of that database; nullptr where there is none and none is to be made. Readable by those who may read the database.
  static std::unique_ptr<SqliteKeptFile> of(const DatabaseUrl& database, Missing missing);
  static std::filesystem::path path_of(const DatabaseUrl& database);

  explicit SqliteKeptFile(const DatabaseUrl& url);

  sqlite3* handle() const { return database_.handle(); }
  bool open() const { return database_.in_transaction(); }
  void begin() { database_.begin(); }
  void commit() { database_.commit(); }
  void rollback() { database_.rollback(); }
  void execute(const std::string& sql) { database_.execute(sql); }

  KeptCopy next(const std::string& table, std::chrono::hours keep);
  // "made", "kept", "restored", "purged"
  void note(const KeptCopy& copy, const std::string& event, std::int64_t rows);
  void drop(const KeptCopy& copy);
  // In a transaction of its own.
  void purge(const KeptCopy& copy);
  std::vector<KeptCopy> list();

 private:
  SqliteDatabase database_;
};

}  // namespace drydock
