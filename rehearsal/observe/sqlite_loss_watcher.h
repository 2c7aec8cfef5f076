// SQLite's half of the loss watcher.
#pragma once

#include <memory>

#include "rehearsal/observe/loss_watcher.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

// REQUIRES: the database outlives the watcher; no transaction is open.
std::unique_ptr<LossWatcher> watch_sqlite_losses(SqliteDatabase& database, LossWatcher::Options options);

}  // namespace drydock
