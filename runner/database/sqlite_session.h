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
  ~SqliteSession() { remove_journal(); }
  SqliteSession(const SqliteSession&) = delete;
  SqliteSession& operator=(const SqliteSession&) = delete;

  // To be told of every statement of a migration before it runs: whether it can change a pragma, or make something
  // temporary.
  void note(std::string_view statement);
  // REQUIRES: no transaction is open.
  void reset(bool foreign_keys);

 private:
  void note_pragmas();
  void keep_journal();
  void remove_journal();
  void drop_temporary_objects();
  void detach_databases();

  SqliteConnection& connection_;
  // Name and value, as of the first reset, or the first statement that may change one. Not later: a pragma that is a
  // flag is set when its statement is compiled, which whoever watches it does before anybody runs it.
  std::vector<std::pair<std::string, std::string>> pragmas_;
  bool says_pragma_ = false;
  bool journal_kept_ = false;
  // A statement since the last reset has the word in it. To ask the file costs more than a small migration's reset.
  bool says_temp_ = false;
};

}  // namespace drydock
