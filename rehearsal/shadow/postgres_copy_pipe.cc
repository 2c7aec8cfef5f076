#include "rehearsal/shadow/postgres_copy_pipe.h"

#include <poll.h>

#include <cstdlib>

namespace drydock {

namespace {

constexpr std::size_t batch = 256 << 10;  // the borders of messages mean nothing to COPY: fewer, larger ones are faster
constexpr std::int64_t worth_truncating = 1 << 20;

std::int64_t count_of(const PGresult* result) {
  std::string tag = tag_of(result);  // "COPY 12"
  return tag.starts_with("COPY ") ? std::atoll(tag.c_str() + 5) : -1;
}

DatabaseError lost(PGconn* connection) {
  DatabaseError::Details details;
  details.message = PQerrorMessage(connection);
  details.connection_lost = true;
  return DatabaseError(std::move(details));
}

std::string name_of(const TableToCopy& table) {
  return drydock::quoted(table.schema) + "." + drydock::quoted(table.name);
}

}  // namespace

PostgresCopyPipe::PostgresCopyPipe(PostgresSource& source, const DatabaseUrl& shadow, int shadow_major,
                                   const std::atomic<bool>& stop)
    : source_(connect_to_postgres(source.url(), "drydock shadow")),
      shadow_(connect_to_postgres(shadow, "drydock shadow")),
      same_major_(source.facts().major() == shadow_major),
      stop_(stop) {
  run(source_.get(), "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  run(source_.get(), "SET TRANSACTION SNAPSHOT " + literal(source.snapshot()));
  // The rest of what makes the transaction safe; BEGIN in an open one only warns.
  std::string settings = begin_reading_sql();
  run(source_.get(), settings.substr(settings.find(';') + 1));
  // The function of a CHECK may call another without its schema, as it does where the rows come from.
  run(shadow_.get(),
      "SET synchronous_commit = off; SET statement_timeout = 0; SET datestyle = 'ISO'; SET intervalstyle = 'postgres'; "
      "SELECT pg_catalog.set_config('search_path', " +
          literal(source.facts().search_path) + ", false)");
}

// A large table is truncated in the transaction that fills it: then nothing of it goes through the WAL, and its rows
// are frozen as they come.
PostgresCopyPipe::Counts PostgresCopyPipe::copy(const TableToCopy& table) {
  bool binary = table.binary && same_major_, large = table.bytes >= worth_truncating;
  std::string format = binary ? "FORMAT binary" : "FORMAT text";
  std::string columns = table.columns.empty() ? "" : " (" + table.columns + ")";
  run(shadow_.get(), large ? "BEGIN; TRUNCATE ONLY " + name_of(table) : "BEGIN");
  run(source_.get(), "COPY (SELECT " + table.columns + " FROM ONLY " + name_of(table) + " " + table.condition +
                         ") TO STDOUT (" + format + ")");
  run(shadow_.get(), "COPY " + name_of(table) + columns + " FROM STDIN (" + format + (large ? ", FREEZE)" : ")"));
  transfer();
  Counts counts;
  counts.sent = count_of(next_result(source_.get()).get());
  while (next_result(source_.get()) != nullptr) {
  }
  counts.taken = count_of(next_result(shadow_.get()).get());
  while (next_result(shadow_.get()) != nullptr) {
  }
  run(shadow_.get(), "COMMIT");
  return counts;
}

void PostgresCopyPipe::transfer() {
  std::string rows;
  for (;;) {
    char* data = nullptr;
    int size = PQgetCopyData(source_.get(), &data, 1);
    if (size > 0) {
      rows.append(data, static_cast<std::size_t>(size));
      PQfreemem(data);
    }
    if (rows.size() >= batch || (size <= 0 && !rows.empty())) {
      put(rows);
      rows.clear();
    }
    if (size == 0) {
      wait(source_.get(), POLLIN);
      PQconsumeInput(source_.get());
    } else if (size < 0) {
      break;  // the end, or an error: the next result says which
    }
  }
  if (PQputCopyEnd(shadow_.get(), nullptr) < 0) throw lost(shadow_.get());
}

void PostgresCopyPipe::put(const std::string& rows) {
  if (stop_) throw PipeStopped();
  // A server that has already refused the COPY still takes data; its error is the next result.
  if (PQputCopyData(shadow_.get(), rows.data(), static_cast<int>(rows.size())) < 0) throw lost(shadow_.get());
}

PostgresResult PostgresCopyPipe::run(PGconn* connection, const std::string& sql) {
  if (PQsendQuery(connection, sql.c_str()) == 0) throw lost(connection);
  PostgresResult last;
  while (PostgresResult result = next_result(connection)) {
    last = std::move(result);
    ExecStatusType status = PQresultStatus(last.get());
    if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT) break;
  }
  return last;
}

PostgresResult PostgresCopyPipe::next_result(PGconn* connection) {
  while (PQflush(connection) == 1) wait(connection, POLLOUT);
  while (PQisBusy(connection) != 0) {
    wait(connection, POLLIN);
    if (PQconsumeInput(connection) == 0) break;
  }
  PostgresResult result(PQgetResult(connection));
  if (result != nullptr && is_error(result.get())) throw DatabaseError(error_details(result.get()));
  return result;
}

void PostgresCopyPipe::wait(PGconn* connection, short events) {
  pollfd descriptor{PQsocket(connection), events, 0};
  do {
    if (stop_) throw PipeStopped();
  } while (::poll(&descriptor, 1, 100) == 0);
}

}  // namespace drydock
