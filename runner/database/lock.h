// The lock between runners of one database. PostgreSQL: an idle READ COMMITTED transaction on a connection of its own
// that holds pg_try_advisory_xact_lock, polled; it is safe behind pgbouncer's transaction mode and beside CREATE INDEX
// CONCURRENTLY, where pg_advisory_lock() deadlocks (docs/decisions). SQLite: an flock()ed file beside the database for
// the whole run; every transaction is BEGIN IMMEDIATE all the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "runner/database/url.h"

namespace drydock {

// --lock-wait ran out: exit 6. what() says who holds it.
struct LockTimeout : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Held from construction to destruction; also let go when the process dies.
class MigrationLock {
 public:
  virtual ~MigrationLock() = default;
  // Whether it is still held (a lost connection, a failover). Cheap enough to ask before each transaction.
  virtual bool held() = 0;
  // Tells those who wait that the holder is alive and at work. REQUIRES: no other thread uses the lock meanwhile.
  virtual void give_sign_of_life() = 0;
};

enum class LockPurpose {
  migrate,  // one runner applies
  rehearse  // one shadow per target is made at a time
};

struct LockRequest {
  LockPurpose purpose = LockPurpose::migrate;
  std::chrono::milliseconds wait{60000};  // without progress of the holder
  // A number that grows while the holder makes progress (the count of history rows); a change starts the wait anew.
  std::function<std::int64_t()> progress;
  // Told once when the wait begins, with who holds it.
  std::function<void(const std::string& holder)> on_wait;
};

// What PostgreSQL knows the session by that changes the target: OpenOptions::application and, as a user may choose
// another name for all sessions, session_sql. REQUIRES: only the holder of the migrate lock has one.
inline constexpr std::string_view applying_session = "drydock apply";

// With the migrate lock comes that nothing of an earlier runner is at work any more, killed ones included: for sessions
// that they left it is waited, for request.wait at most. Throws LockTimeout, or Interrupted.
std::unique_ptr<MigrationLock> acquire_lock(const DatabaseUrl& url, const LockRequest& request);

}  // namespace drydock
