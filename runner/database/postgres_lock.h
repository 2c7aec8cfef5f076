#pragma once

#include "runner/database/lock.h"

namespace drydock {

std::unique_ptr<MigrationLock> acquire_postgres_lock(const DatabaseUrl& url, const LockRequest& request);

}  // namespace drydock
