// dbmate: schema_migrations(version), one row for each applied version. It shares the table with Rails, which has a
// second one, and the name with golang-migrate, which has another column. No checksum, no lock.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/plain_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_dbmate_reader() {
  return std::make_unique<PlainReader>(PlainTool{.name = "dbmate",
                                                 .table = "schema_migrations",
                                                 .version_column = "version",
                                                 .no_other_column = true,
                                                 .without_table = "ar_internal_metadata"});
}

}  // namespace drydock
