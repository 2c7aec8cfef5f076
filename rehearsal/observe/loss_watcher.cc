#include "rehearsal/observe/loss_watcher.h"

#include "rehearsal/observe/postgres_loss_watcher.h"
#include "rehearsal/observe/sqlite_loss_watcher.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

std::unique_ptr<LossWatcher> watch_losses(Database& database, LossWatcher::Options options) {
  if (database.dialect() == Dialect::postgres) {
    return std::make_unique<PostgresLossWatcher>(database, std::move(options));
  }
  return watch_sqlite_losses(dynamic_cast<SqliteDatabase&>(database), std::move(options));
}

}  // namespace drydock
