#include "rehearsal/backup/stage.h"

namespace drydock {

std::vector<std::string> stage_backup(const StageRequest& request) {
  const Dialect dialect = request.target.dialect();
  if (request.backup.database().dialect() != dialect)
    throw StagingFailed("the backup is of " + request.backup.database().server() + ", and " +
                        request.target.url().display() + " is " + request.target.server() +
                        "; nothing was changed there. Give the address of a database of the same kind");
  return dialect == Dialect::postgres ? stage_postgres(request) : stage_sqlite(request);
}

}  // namespace drydock
