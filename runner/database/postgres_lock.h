#pragma once

#include <string>

#include "runner/database/lock.h"

namespace drydock {

std::unique_ptr<MigrationLock> acquire_postgres_lock(const DatabaseUrl& url, const LockRequest& request);

// SQL: whether the row `l` of pg_locks is that lock in the session's own database, whoever holds it.
std::string postgres_lock_condition(LockPurpose purpose);

}  // namespace drydock
