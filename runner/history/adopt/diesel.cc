// Diesel: __diesel_schema_migrations(version, run_on), one row for each applied version; the version is the text before
// the first underscore of a folder's name, without its dashes. No checksum, no lock.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/plain_reader.h"

namespace drydock {

std::unique_ptr<AdoptReader> make_diesel_reader() {
  return std::make_unique<PlainReader>(PlainTool{
      .name = "diesel", .table = "__diesel_schema_migrations", .version_column = "version", .time_column = "run_on"});
}

}  // namespace drydock
