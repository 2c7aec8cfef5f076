// Sessions that a killed runner left. Its own end takes its lock away at once, while the server goes on with what it
// was told last: a CREATE INDEX CONCURRENTLY to its very end, a COMMIT that was on its way. Whoever gets the migrate
// lock waits until that is over, and reads what it came to.
#pragma once

#include "runner/database/lock.h"
#include "runner/database/postgres_connection.h"

namespace drydock {

// Returns when no session named `applying_session` does anything in this database any more. Polls; tells
// request.on_wait once. Throws LockTimeout after request.wait, or Interrupted.
// REQUIRES: the migrate lock is held by `connection`.
void wait_for_orphans(PostgresConnection& connection, const DatabaseUrl& url, const LockRequest& request);

}  // namespace drydock
