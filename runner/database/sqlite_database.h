// SQLite's session. Here as a class of its own because rehearsal/observe/sqlite_loss_watcher.cc sets hooks on its
// handle.
#pragma once

#include <memory>

#include "runner/database/database.h"

struct sqlite3;

namespace drydock {

class SqliteDatabase final : public Database {
 public:
  SqliteDatabase(const DatabaseUrl& url, const OpenOptions& options);
  ~SqliteDatabase() override;

  // Lives as long as this object.
  sqlite3* handle() const;

  Dialect dialect() const override { return Dialect::sqlite; }
  const DatabaseUrl& url() const override;
  std::string server() const override;
  int server_version() const override;
  void execute(std::string_view sql) override;
  Rows query(std::string_view sql, std::span<const Value> parameters = {}) override;
  std::vector<Rows> query_all(std::span<const std::string> statements) override;
  RunResult run(std::span<const Statement> statements, Sending sending, std::string_view after = {}) override;
  void begin(std::string_view options = {}) override;
  void commit() override;
  void rollback() override;
  bool in_transaction() const override;
  void reset_session(const SessionSettings& settings) override;
  RestorePoint restore_point() override;
  void on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
