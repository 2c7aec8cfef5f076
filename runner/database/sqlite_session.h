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
  // Notes the pragmas as they are for a new connection.
  explicit SqliteSession(SqliteConnection& connection);

  // To be told of every statement of a migration.
  void note(std::string_view statement);
  // REQUIRES: no transaction is open.
  void reset(bool foreign_keys);

 private:
  void drop_temporary_objects();
  void detach_databases();

  SqliteConnection& connection_;
  std::vector<std::pair<std::string, std::string>> pragmas_;
  bool pragma_seen_ = false;
};

}  // namespace drydock
