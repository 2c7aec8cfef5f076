// A connection of libpq's: sends one message at a time and waits for its results, so that an interruption is seen
// within 100 ms and cancels what the server does. Knows nothing of transactions, resets or migrations.
#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runner/database/database.h"
#include "runner/database/postgres_result.h"

namespace drydock {

struct FinishConnection {
  void operator()(PGconn* connection) const { PQfinish(connection); }
};
using PostgresHandle = std::unique_ptr<PGconn, FinishConnection>;

// Connects. Throws ConnectionError, or Interrupted.
PostgresHandle connect_to_postgres(const DatabaseUrl& url, const std::string& application);

class PostgresConnection {
 public:
  PostgresConnection(const DatabaseUrl& url, const std::string& application);

  // One message of the simple protocol, possibly of many statements. `copy_data` answers a COPY ... FROM STDIN; what a
  // COPY ... TO STDOUT sends is dropped. Returns the results up to and including the first error. Throws Interrupted
  // where an interruption made the server give up; a message that finished in spite of it returns as usual.
  std::vector<PostgresResult> send(const std::string& sql, const std::string* copy_data = nullptr);
  // One statement with parameters.
  std::vector<PostgresResult> send(const std::string& sql, std::span<const Value> parameters);

  // Like send(), where nothing can be done about an interruption or an error: waits for `patience` at most.
  void send_in_clean_up(const std::string& sql, std::chrono::milliseconds patience);

  PGconn* handle() const { return handle_.get(); }
  bool is_lost() const { return PQstatus(handle()) == CONNECTION_BAD; }
  bool in_transaction() const;

  void on_wait(std::chrono::milliseconds period, std::function<void(double seconds)> listener);

 private:
  using Clock = std::chrono::steady_clock;

  void sent(int accepted);
  std::vector<PostgresResult> results(const std::string* copy_data);
  PostgresResult next_result();
  void answer_copy_in(const std::string* data);
  void drop_copy_out();
  // Waits for the server, or for 100 ms. `events` as for poll().
  void wait(short events);
  void cancel();
  void tick();

  PostgresHandle handle_;
  std::chrono::milliseconds period_{0};
  std::function<void(double)> listener_;
  Clock::time_point started_, next_tick_;
  std::optional<Clock::time_point> give_up_at_;
  bool cancel_sent_ = false;
  std::exception_ptr listener_failure_;
};

}  // namespace drydock
