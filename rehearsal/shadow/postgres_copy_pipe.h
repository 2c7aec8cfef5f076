// One COPY out of the source into one COPY in on the shadow. Lives in a worker's thread; `stop` ends it within 100 ms.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "rehearsal/shadow/postgres_rows.h"
#include "runner/database/postgres_connection.h"

namespace drydock {

// Thrown where `stop` was set: another worker has failed, or the run was interrupted.
struct PipeStopped {};

class PostgresCopyPipe {
 public:
  PostgresCopyPipe(PostgresSource& source, const DatabaseUrl& shadow, int shadow_major, const std::atomic<bool>& stop);

  struct Counts {
    std::int64_t sent = 0, taken = 0;
  };
  // Throws DatabaseError, PipeStopped.
  Counts copy(const TableToCopy& table);

 private:
  // The result of one statement, whose tag may hold a count. In COPY the result says so.
  PostgresResult run(PGconn* connection, const std::string& sql);
  PostgresResult next_result(PGconn* connection);
  void wait(PGconn* connection, short events);
  void transfer();
  void put(const std::string& rows);

  PostgresHandle source_, shadow_;
  bool same_major_;
  const std::atomic<bool>& stop_;
};

}  // namespace drydock
