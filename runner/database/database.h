// A session on one database, the same interface for every server. The shadow and the target are both migrated through
// it, by the same code. Values travel as text, NULL as nullopt.
//
// Implementations: postgres_database.cc (libpq itself: see docs/decisions), sqlite_database.cc; all_databases.cc lists
// them. Each passes tests/conformance.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/error.h"
#include "runner/database/url.h"
#include "runner/sql/statement.h"

namespace drydock {

using Value = std::optional<std::string>;

struct Rows {
  std::vector<std::string> columns;
  std::vector<std::vector<Value>> rows;

  bool empty() const { return rows.empty(); }
  // REQUIRES: there is such a row and column, and it is not NULL.
  const std::string& text(std::size_t row, std::size_t column) const { return rows[row][column].value(); }
  std::int64_t integer(std::size_t row, std::size_t column) const { return std::stoll(text(row, column)); }
};

// What one statement of a migration did.
struct StatementRun {
  const Statement* statement = nullptr;
  double seconds = 0;     // 0 where it travelled in a message with others
  std::int64_t rows = 0;  // affected, as the server counts
};

// How a session is set before a migration: everything else is as for a new session of that role and database.
struct SessionSettings {
  std::optional<std::chrono::milliseconds> lock_timeout;  // PostgreSQL; SQLite: the busy timeout
  std::optional<std::chrono::milliseconds> statement_timeout;
  bool foreign_keys = false;  // SQLite
};

// Where to restore to: taken before the first statement of an apply.
struct RestorePoint {
  std::string server_time;   // ISO 8601, UTC
  std::string wal_position;  // PostgreSQL's pg_current_wal_lsn(), where it may be asked for; else ""
};

// Several statements in one message stop at the first that fails: the error and its index.
class StatementError : public DatabaseError {
 public:
  StatementError(Details details, std::size_t at) : DatabaseError(std::move(details)), index(at) {}
  std::size_t index;  // into the span that was given to run()
};

class Database {
 public:
  virtual ~Database() = default;

  virtual Dialect dialect() const = 0;
  virtual const DatabaseUrl& url() const = 0;
  // "PostgreSQL 15.18", "SQLite 3.40.1".
  virtual std::string server() const = 0;
  // PostgreSQL: server_version_num; SQLite: sqlite3_libversion_number().
  virtual int server_version() const = 0;
  // The server's process of this session, for activity.h; 0 where there is none.
  virtual int backend_pid() const { return 0; }

  // drydock's own SQL. query() takes one statement, with parameters $1.. (PostgreSQL) or ?1.. (SQLite); query_all()
  // takes several without parameters, sends them in one message where the server takes one, and returns the rows of
  // each, in their order; execute() takes any number in one text. Errors throw DatabaseError.
  virtual void execute(std::string_view sql) = 0;
  virtual Rows query(std::string_view sql, std::span<const Value> parameters = {}) = 0;
  virtual std::vector<Rows> query_all(std::span<const std::string> statements) = 0;

  // Runs statements of a migration in order. In one message where the server allows it and `together` is set (then
  // `after`, drydock's own query, travels with them and its rows are returned); otherwise one by one. COPY data is sent
  // through the COPY protocol. Throws StatementError; the transaction, if one is open, is then to be rolled back.
  enum class Sending { one_by_one, together };
  struct RunResult {
    std::vector<StatementRun> runs;
    Rows after;
  };
  virtual RunResult run(std::span<const Statement> statements, Sending sending, std::string_view after = {}) = 0;

  // `options` are those of the file's BEGIN. begin() may be sent lazily, together with the first statement after it.
  virtual void begin(std::string_view options = {}) = 0;
  virtual void commit() = 0;
  // Never throws for a transaction that is already gone.
  virtual void rollback() = 0;
  virtual bool in_transaction() const = 0;

  // Makes the session as new (no temporary tables, settings, prepared statements, cursors or advisory locks of a
  // migration), then applies the settings. REQUIRES: no transaction is open. May be sent lazily.
  virtual void reset_session(const SessionSettings& settings) = 0;

  // Drops what PREPARE left behind: the one thing of a session that a rollback does not take back.
  virtual void drop_prepared_statements() {}

  // That this query of drydock's own will be sent often, unchanged: a server that plans it anew each time prepares it
  // with the next reset_session(). One query at a time.
  virtual void expect_often(std::string_view /*sql*/) {}

  // REQUIRES: no transaction is open.
  virtual RestorePoint restore_point() = 0;

  // Called about every `period` while a statement runs, with the seconds since it started.
  virtual void on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener) = 0;
};

// Opens a session. `application` names it to the server ("drydock migrate"). Throws ConnectionError.
struct OpenOptions {
  enum class Access { read_write, read_only };
  Access access = Access::read_write;
  bool create = false;  // SQLite: make the file where there is none
  std::string application = "drydock";
  std::chrono::milliseconds busy_timeout{60000};  // SQLite: how long to wait for a locked file
  // PostgreSQL: run before the first statement and at the end of every reset_session(), such as
  // "SET SESSION AUTHORIZATION app". REQUIRES: no COMMIT in it.
  std::string session_sql = {};
};
std::unique_ptr<Database> open_database(const DatabaseUrl& url, const OpenOptions& options = {});

// An identifier, quoted.
std::string quoted(std::string_view identifier);
// Without these, std::quoted would be found for a std::string wherever <iomanip> happens to be included.
inline std::string quoted(const std::string& identifier) { return quoted(std::string_view(identifier)); }
inline std::string quoted(const char* identifier) { return quoted(std::string_view(identifier)); }
// A literal, quoted (standard strings; REQUIRES: no NUL).
std::string literal(std::string_view text);

}  // namespace drydock
