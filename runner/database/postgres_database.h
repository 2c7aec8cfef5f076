// PostgreSQL's session, on libpq itself: libpqxx 6 shows neither a PGconn nor the position of an error, and copies
// nothing for COPY ... FROM stdin (docs/decisions).
#pragma once

#include <memory>

#include "runner/database/database.h"

namespace drydock {

class PostgresDatabase final : public Database {
 public:
  PostgresDatabase(const DatabaseUrl& url, const OpenOptions& options);
  ~PostgresDatabase() override;

  // The process that serves this session; behind a pooler the one that served the latest reset_session().
  int backend_pid() const override;

  Dialect dialect() const override { return Dialect::postgres; }
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
  void drop_prepared_statements() override;
  void expect_often(std::string_view sql) override;
  RestorePoint restore_point() override;
  void on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace drydock
