// Every kind of database that a snapshot can be taken of.
#include "squash/snapshots.h"

namespace drydock {

Snapshot take_snapshot(Database& database, SnapshotScope scope) {
  return database.dialect() == Dialect::postgres ? take_postgres_snapshot(database, scope)
                                                 : take_sqlite_snapshot(database, scope);
}

}  // namespace drydock
