// A connection to one SQLite file: opens it with clear errors, runs statements one by one, waits for locks and can be
// interrupted. Knows nothing of migrations.
#pragma once

#include <sqlite3.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "runner/database/database.h"

namespace drydock {

struct CloseSqlite {
  void operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }
};
using SqliteHandle = std::unique_ptr<sqlite3, CloseSqlite>;

// Throws ConnectionError. Nothing has been read yet but the file's state.
SqliteHandle open_sqlite(const DatabaseUrl& url, const OpenOptions& options);

class SqliteConnection {
 public:
  SqliteConnection(const DatabaseUrl& url, const OpenOptions& options);

  // Runs the first statement of `sql` to its end, and takes it off; its rows go to `rows`, if given. Returns the rows
  // that it changed. Throws DatabaseError, or Interrupted.
  std::int64_t run_first(std::string_view& sql, std::span<const Value> parameters = {}, Rows* rows = nullptr);
  void execute(std::string_view sql);
  Rows query(std::string_view sql, std::span<const Value> parameters = {});

  sqlite3* handle() const { return handle_.get(); }
  bool in_transaction() const { return sqlite3_get_autocommit(handle()) == 0; }

  // How long a locked file is waited for. A PRAGMA busy_timeout takes the handler away: this puts it back.
  void wait_for_locks(std::chrono::milliseconds timeout);
  // nullopt: as long as it takes.
  void limit_statements(std::optional<std::chrono::milliseconds> timeout) { statement_timeout_ = timeout; }
  void on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener);

 private:
  using Clock = std::chrono::steady_clock;

  [[noreturn]] void fail(std::string_view sql);
  void check_readable();
  bool should_stop();
  static int on_busy(void* self, int tries);
  static int on_progress(void* self);
  void tick();

  DatabaseUrl url_;
  SqliteHandle handle_;
  std::chrono::milliseconds busy_timeout_;
  std::optional<std::chrono::milliseconds> statement_timeout_;
  std::chrono::milliseconds period_{0};
  std::function<void(double)> listener_;
  std::exception_ptr listener_failure_;  // must not pass through SQLite's own functions
  Clock::time_point started_, next_tick_, busy_since_;
};

}  // namespace drydock
