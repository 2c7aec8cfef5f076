// sql-migrate: gorp_migrations(id, applied_at), one row for each applied file, by its whole name. No checksum, no lock.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/plain_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_sql_migrate_reader() {
  return std::make_unique<PlainReader>(PlainTool{.name = "sql-migrate",
                                                 .table = "gorp_migrations",
                                                 .version_column = "id",
                                                 .time_column = "applied_at",
                                                 .names = PlainTool::Names::file_name});
}

}  // namespace drydock
