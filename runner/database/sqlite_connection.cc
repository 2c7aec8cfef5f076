#include "runner/database/sqlite_connection.h"

#include <algorithm>
#include <sstream>
#include <thread>
#include <utility>

#include "runner/database/interruption.h"
#include "runner/database/sqlite_error.h"

namespace drydock {

namespace {

// How many steps of SQLite's machine pass between two looks at the clock: some tenths of a millisecond.
constexpr int steps_between_checks = 10000;
constexpr std::chrono::milliseconds longest_nap{25};

struct Finalize {
  void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Prepared = std::unique_ptr<sqlite3_stmt, Finalize>;

bool is_busy(int code) { return (code & 0xFF) == SQLITE_BUSY || (code & 0xFF) == SQLITE_LOCKED; }

void bind(sqlite3_stmt* statement, std::span<const Value> parameters) {
  int index = 0;
  for (const Value& value : parameters) {
    ++index;
    if (!value) {
      sqlite3_bind_null(statement, index);
    } else {
      sqlite3_bind_text64(statement, index, value->data(), value->size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  }
}

void add_row(sqlite3_stmt* statement, Rows& rows) {
  std::vector<Value>& values = rows.rows.emplace_back();
  const int columns = sqlite3_column_count(statement);
  values.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    if (sqlite3_column_type(statement, column) == SQLITE_NULL) {
      values.emplace_back(std::nullopt);
      continue;
    }
    const unsigned char* text = sqlite3_column_text(statement, column);
    auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    values.emplace_back(std::in_place, reinterpret_cast<const char*>(text), length);
  }
}

}  // namespace

SqliteConnection::SqliteConnection(const DatabaseUrl& url, const OpenOptions& options)
    : url_(url), handle_(open_sqlite(url, options)), busy_timeout_(options.busy_timeout) {
  wait_for_locks(busy_timeout_);
  sqlite3_progress_handler(handle(), steps_between_checks, on_progress, this);
  check_readable();
}

// The first read: whether it is a database at all.
void SqliteConnection::check_readable() {
  try {
    execute("PRAGMA schema_version");
  } catch (const DatabaseError& error) {
    const std::string& code = error.sqlstate();
    if (code.starts_with("SQLITE_BUSY")) throw;
    bool other_file = code == "SQLITE_NOTADB";
    throw ConnectionError(
        error.details(),
        "cannot open " + url_.display() + ": " +
            (other_file ? "it is not a SQLite database, or an encrypted one" : error.raw() + " (" + code + ")") +
            "\nnothing was changed; check the path" +
            (other_file ? "" : ", and the permissions of the file and its -wal and -shm"));
  }
}

std::int64_t SqliteConnection::run_first(std::string_view& sql, std::span<const Value> parameters, Rows* rows) {
  check_interruption();
  started_ = Clock::now();
  next_tick_ = started_ + period_;
  listener_failure_ = nullptr;
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  std::string_view text = sql;
  int code = sqlite3_prepare_v2(handle(), text.data(), static_cast<int>(text.size()), &raw, &tail);
  Prepared statement(raw);
  if (code != SQLITE_OK) fail(text);
  sql.remove_prefix(static_cast<std::size_t>(tail - text.data()));
  if (statement == nullptr) return 0;  // blanks or a comment

  bind(raw, parameters);
  std::int64_t changes_before = sqlite3_total_changes64(handle());
  for (code = sqlite3_step(raw); code == SQLITE_ROW; code = sqlite3_step(raw)) {
    if (rows != nullptr) add_row(raw, *rows);
  }
  if (code != SQLITE_DONE) fail(text);
  for (int column = 0; rows != nullptr && column < sqlite3_column_count(raw); ++column) {
    rows->columns.emplace_back(sqlite3_column_name(raw, column));
  }
  statement.reset();
  // sqlite3_changes64() still tells of an earlier statement where this one changed nothing.
  return sqlite3_total_changes64(handle()) == changes_before ? 0 : sqlite3_changes64(handle());
}

void SqliteConnection::execute(std::string_view sql) {
  while (!sql.empty()) run_first(sql);
}

Rows SqliteConnection::query(std::string_view sql, std::span<const Value> parameters) {
  Rows rows;
  run_first(sql, parameters, &rows);
  return rows;
}

void SqliteConnection::fail(std::string_view sql) {
  DatabaseError::Details details = sqlite_error_details(handle(), sql);
  int code = sqlite3_extended_errcode(handle());
  if (listener_failure_) std::rethrow_exception(std::exchange(listener_failure_, nullptr));
  if (code == SQLITE_INTERRUPT || is_busy(code)) check_interruption();
  if (code == SQLITE_INTERRUPT) details.message = "canceled by statement timeout";
  if (is_busy(code)) {
    std::ostringstream message;
    message << details.message << ": another process uses the file, and did not end within "
            << static_cast<double>(busy_timeout_.count()) / 1000 << " s; end it, or try again later";
    details.message = message.str();
  }
  throw DatabaseError(std::move(details));
}

void SqliteConnection::wait_for_locks(std::chrono::milliseconds timeout) {
  busy_timeout_ = timeout;
  sqlite3_busy_handler(handle(), on_busy, this);
}

void SqliteConnection::on_wait(std::chrono::milliseconds period, std::function<void(double)> listener) {
  period_ = period;
  listener_ = std::move(listener);
}

int SqliteConnection::on_busy(void* self, int tries) {
  auto* connection = static_cast<SqliteConnection*>(self);
  if (tries == 0) connection->busy_since_ = Clock::now();
  if (connection->should_stop() || Clock::now() - connection->busy_since_ >= connection->busy_timeout_) return 0;
  std::this_thread::sleep_for(std::min(longest_nap, std::chrono::milliseconds(1 + tries)));
  return 1;
}

int SqliteConnection::on_progress(void* self) { return static_cast<SqliteConnection*>(self)->should_stop() ? 1 : 0; }

bool SqliteConnection::should_stop() {
  tick();
  if (listener_failure_ || interruption_pending()) return true;
  return statement_timeout_ && Clock::now() - started_ >= *statement_timeout_;
}

void SqliteConnection::tick() {
  Clock::time_point now = Clock::now();
  if (!listener_ || listener_failure_ || now < next_tick_) return;
  next_tick_ = now + period_;
  try {
    listener_(std::chrono::duration<double>(now - started_).count());
  } catch (...) {
    listener_failure_ = std::current_exception();
  }
}

}  // namespace drydock
