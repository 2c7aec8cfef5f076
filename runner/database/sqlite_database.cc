#include "runner/database/sqlite_database.h"

#include "runner/database/interruption.h"
#include "runner/database/sqlite_connection.h"
#include "runner/database/sqlite_session.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;

DatabaseError::Details unsupported(std::string message) {
  DatabaseError::Details details;
  details.sqlstate = "SQLITE_ERROR";
  details.message = std::move(message);
  return details;
}

// The statement_timeout is for a migration's statements, not for drydock's own.
class StatementLimit {
 public:
  StatementLimit(SqliteConnection& connection, std::optional<std::chrono::milliseconds> timeout)
      : connection_(connection) {
    connection_.limit_statements(timeout);
  }
  ~StatementLimit() { connection_.limit_statements(std::nullopt); }
  StatementLimit(const StatementLimit&) = delete;
  StatementLimit& operator=(const StatementLimit&) = delete;

 private:
  SqliteConnection& connection_;
};

}  // namespace

struct SqliteDatabase::State {
  State(const DatabaseUrl& url_, const OpenOptions& options_)
      : url(url_), options(options_), connection(url_, options_), session(connection) {}

  StatementRun run(const Statement& statement, std::size_t index);

  DatabaseUrl url;
  OpenOptions options;
  SqliteConnection connection;
  SqliteSession session;
  std::optional<std::chrono::milliseconds> statement_timeout;
};

SqliteDatabase::SqliteDatabase(const DatabaseUrl& url, const OpenOptions& options)
    : state_(std::make_unique<State>(url, options)) {}

SqliteDatabase::~SqliteDatabase() = default;

sqlite3* SqliteDatabase::handle() const { return state_->connection.handle(); }
const DatabaseUrl& SqliteDatabase::url() const { return state_->url; }
std::string SqliteDatabase::server() const { return std::string("SQLite ") + sqlite3_libversion(); }
int SqliteDatabase::server_version() const { return sqlite3_libversion_number(); }

void SqliteDatabase::execute(std::string_view sql) { state_->connection.execute(sql); }

Rows SqliteDatabase::query(std::string_view sql, std::span<const Value> parameters) {
  return state_->connection.query(sql, parameters);
}

std::vector<Rows> SqliteDatabase::query_all(std::span<const std::string> statements) {
  std::vector<Rows> rows;
  for (const std::string& statement : statements) rows.push_back(query(statement));
  return rows;
}

Database::RunResult SqliteDatabase::run(std::span<const Statement> statements, Sending, std::string_view after) {
  RunResult result;
  for (std::size_t index = 0; index < statements.size(); ++index) {
    result.runs.push_back(state_->run(statements[index], index));
  }
  if (!after.empty()) result.after = query(after);
  return result;
}

StatementRun SqliteDatabase::State::run(const Statement& statement, std::size_t index) {
  if (statement.copy_data) throw StatementError(unsupported("SQLite has no COPY"), index);
  if (statement.text.find('\0') != std::string::npos) {
    throw StatementError(unsupported("the statement holds a NUL byte"), index);
  }
  session.note(statement.text);
  StatementRun run{&statement, 0, 0};
  Clock::time_point start = Clock::now();
  try {
    StatementLimit limit(connection, statement_timeout);
    std::string_view rest = statement.text;
    run.rows = connection.run_first(rest);
    if (rest.find_first_not_of("; \t\r\n") != std::string_view::npos) {
      throw StatementError(unsupported("the text holds more than one statement"), index);
    }
  } catch (const StatementError&) {
    throw;
  } catch (const DatabaseError& error) {
    throw StatementError(error.details(), index);
  }
  run.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return run;
}

void SqliteDatabase::begin(std::string_view options) {
  bool read_only = state_->options.access == OpenOptions::Access::read_only;
  std::string mode(options.empty() ? (read_only ? "DEFERRED" : "IMMEDIATE") : options);
  state_->connection.execute("BEGIN " + mode);
}

void SqliteDatabase::commit() { state_->connection.execute("COMMIT"); }

void SqliteDatabase::rollback() {
  if (!in_transaction()) return;
  CleanUpShelter shelter;
  sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

bool SqliteDatabase::in_transaction() const { return state_->connection.in_transaction(); }

void SqliteDatabase::reset_session(const SessionSettings& settings) {
  state_->connection.wait_for_locks(settings.lock_timeout.value_or(state_->options.busy_timeout));
  state_->session.reset(settings.foreign_keys);
  state_->statement_timeout = settings.statement_timeout;
}

RestorePoint SqliteDatabase::restore_point() {
  return {query("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").text(0, 0), ""};
}

void SqliteDatabase::on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener) {
  state_->connection.on_wait(period, std::move(listener));
}

}  // namespace drydock
