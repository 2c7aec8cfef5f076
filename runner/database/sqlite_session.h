// What a migration can leave behind on a SQLite connection, and how it is taken back. The connection itself stays:
// hooks hang on its handle.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runner/database/sqlite_connection.h"

namespace drydock {

class SqliteSession {
 public:
  explicit SqliteSession(SqliteConnection& connection) : connection_(connection) {}

  // To be told of every statement of a migration before it runs: notes the pragmas as they are before the first that
  // may change one, and whether one can have made something temporary.
  void note(std::string_view statement);
  // REQUIRES: no transaction is open.
  void reset(bool foreign_keys);

 private:
  void drop_temporary_objects();
  void detach_databases();

  SqliteConnection& connection_;
  // Name and value; empty as long as no migration has named a pragma since the last reset.
  std::vector<std::pair<std::string, std::string>> pragmas_;
  // A statement since the last reset has the word in it. To ask the file costs more than a small migration's reset.
  bool says_temp_ = false;
};

}  // namespace drydock
