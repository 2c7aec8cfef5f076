// One function for each kind of database; all_snapshots.cc lists them.
#pragma once

#include "squash/snapshot.h"

namespace drydock {

// As take_snapshot(). REQUIRES: the database is of that kind.
Snapshot take_postgres_snapshot(Database& database, SnapshotScope scope);
Snapshot take_sqlite_snapshot(Database& database, SnapshotScope scope);

}  // namespace drydock
