#include "runner/database/postgres_connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "runner/database/interruption.h"

namespace drydock {

namespace {

constexpr std::chrono::milliseconds between_checks{100};
// How long the server may take to give up what was cancelled.
constexpr std::chrono::seconds patience_after_cancel{10};

DatabaseError connection_lost() {
  DatabaseError::Details details;
  details.sqlstate = "08006";
  details.message = "the connection to the server was lost";
  details.connection_lost = true;
  return DatabaseError(std::move(details));
}

}  // namespace

PostgresConnection::PostgresConnection(const DatabaseUrl& url, const std::string& application)
    : handle_(connect_to_postgres(url, application)) {
  PQsetNoticeProcessor(
      handle(), [](void*, const char*) {}, nullptr);
  // Sending must not block either: a server that waits for a lock reads no more COPY data.
  PQsetnonblocking(handle(), 1);
}

std::vector<PostgresResult> PostgresConnection::send(const std::string& sql, const std::string* copy_data) {
  check_interruption();
  sent(PQsendQuery(handle(), sql.c_str()));
  return results(copy_data);
}

std::vector<PostgresResult> PostgresConnection::send(const std::string& sql, std::span<const Value> parameters) {
  check_interruption();
  std::vector<const char*> values;
  for (const Value& value : parameters) values.push_back(value ? value->c_str() : nullptr);
  sent(PQsendQueryParams(handle(), sql.c_str(), static_cast<int>(values.size()), nullptr, values.data(), nullptr,
                         nullptr, 0));
  return results(nullptr);
}

void PostgresConnection::send_in_clean_up(const std::string& sql, std::chrono::milliseconds patience) {
  CleanUpShelter shelter;
  try {
    sent(PQsendQuery(handle(), sql.c_str()));
    give_up_at_ = Clock::now() + patience;
    results(nullptr);
  } catch (const DatabaseError&) {
    // The server ends the transaction when the connection goes.
  }
}

bool PostgresConnection::in_transaction() const {
  PGTransactionStatusType status = PQtransactionStatus(handle());
  return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void PostgresConnection::on_wait(std::chrono::milliseconds period, std::function<void(double)> listener) {
  period_ = period;
  listener_ = std::move(listener);
}

void PostgresConnection::sent(int accepted) {
  if (accepted != 1) throw connection_lost();
  give_up_at_.reset();
  cancel_sent_ = false;
  listener_failure_ = nullptr;
  started_ = Clock::now();
  next_tick_ = started_ + period_;
}

std::vector<PostgresResult> PostgresConnection::results(const std::string* copy_data) {
  std::vector<PostgresResult> results;
  bool failed = false;
  while (PostgresResult result = next_result()) {
    switch (PQresultStatus(result.get())) {
      case PGRES_COPY_IN:
        answer_copy_in(copy_data);
        continue;
      case PGRES_COPY_OUT:
        drop_copy_out();
        continue;
      default:
        break;
    }
    if (failed) continue;  // such as the loss of the connection after a FATAL error
    failed = is_error(result.get());
    results.push_back(std::move(result));
  }
  if (listener_failure_) std::rethrow_exception(std::exchange(listener_failure_, nullptr));
  if (failed && cancel_sent_) check_interruption();
  // A result without an SQLSTATE is libpq's own: the connection is gone.
  bool own_error = failed && PQresultErrorField(results.back().get(), PG_DIAG_SQLSTATE) == nullptr;
  if (is_lost() && (!failed || own_error)) throw connection_lost();
  return results;
}

PostgresResult PostgresConnection::next_result() {
  // Without this, a large message may never leave completely, and the server would not answer.
  for (int unsent = PQflush(handle()); unsent == 1; unsent = PQflush(handle())) {
    wait(POLLIN | POLLOUT);
    if (PQconsumeInput(handle()) == 0) break;
  }
  while (PQisBusy(handle()) != 0) {
    wait(POLLIN);
    if (PQconsumeInput(handle()) == 0) break;
  }
  return PostgresResult(PQgetResult(handle()));
}

void PostgresConnection::answer_copy_in(const std::string* data) {
  constexpr std::size_t piece = 1U << 16U;
  std::string_view rest = data == nullptr ? std::string_view() : std::string_view(*data);
  while (!rest.empty() && !cancel_sent_ && !is_lost()) {
    std::string_view next = rest.substr(0, piece);
    int queued = PQputCopyData(handle(), next.data(), static_cast<int>(next.size()));
    if (queued < 0) return;
    if (queued == 1) rest.remove_prefix(next.size());
    // Flushed piece by piece, so that an interruption is seen while much is on its way.
    for (int unsent = PQflush(handle()); unsent == 1; unsent = PQflush(handle())) {
      wait(POLLIN | POLLOUT);
      if (PQconsumeInput(handle()) == 0) return;
    }
  }
  const char* why_not = data == nullptr ? "no data lines follow it" : !rest.empty() ? "canceled" : nullptr;
  while (PQputCopyEnd(handle(), why_not) == 0) wait(POLLOUT);
}

void PostgresConnection::drop_copy_out() {
  while (true) {
    char* line = nullptr;
    int length = PQgetCopyData(handle(), &line, 1);
    PQfreemem(line);
    if (length < 0) return;
    if (length > 0) continue;
    wait(POLLIN);
    if (PQconsumeInput(handle()) == 0) return;
  }
}

void PostgresConnection::wait(short events) {
  Clock::time_point now = Clock::now();
  auto until_tick = std::chrono::duration_cast<std::chrono::milliseconds>(next_tick_ - now);
  auto timeout = listener_ ? std::clamp(until_tick, std::chrono::milliseconds(1), between_checks) : between_checks;
  pollfd descriptor{PQsocket(handle()), events, 0};
  poll(&descriptor, 1, static_cast<int>(timeout.count()));

  if (!cancel_sent_ && interruption_pending()) cancel();
  if (give_up_at_ && Clock::now() >= *give_up_at_) {
    check_interruption();
    throw connection_lost();
  }
  tick();
}

void PostgresConnection::cancel() {
  std::unique_ptr<PGcancel, decltype(&PQfreeCancel)> request(PQgetCancel(handle()), PQfreeCancel);
  std::array<char, 256> error{};
  if (request) PQcancel(request.get(), error.data(), static_cast<int>(error.size()));
  cancel_sent_ = true;
  give_up_at_ = Clock::now() + patience_after_cancel;
}

void PostgresConnection::tick() {
  Clock::time_point now = Clock::now();
  if (!listener_ || listener_failure_ || now < next_tick_) return;
  next_tick_ = now + period_;
  try {
    listener_(std::chrono::duration<double>(now - started_).count());
  } catch (...) {
    // Thrown on when the server has stopped: a statement left running would keep its locks after this process's end.
    listener_failure_ = std::current_exception();
    if (!cancel_sent_) cancel();
  }
}

}  // namespace drydock
