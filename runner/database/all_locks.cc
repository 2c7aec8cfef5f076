// The lock between runners, one line for each kind of database.
#include "runner/database/lock.h"
#include "runner/database/postgres_lock.h"
#include "runner/database/sqlite_lock.h"

namespace drydock {

std::unique_ptr<MigrationLock> acquire_lock(const DatabaseUrl& url, const LockRequest& request) {
  switch (url.dialect()) {
    case Dialect::postgres:
      return acquire_postgres_lock(url, request);
    case Dialect::sqlite:
      return acquire_sqlite_lock(url, request);
  }
  throw DatabaseUrlError("no lock is known for this kind of database");
}

}  // namespace drydock
