// Rails: schema_migrations(version) as dbmate's, and ar_internal_metadata beside it. Its migrations are Ruby; what can
// be adopted is a folder of SQL files with the same versions.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/plain_reader.h"

namespace drydock {
namespace {

class RailsReader final : public PlainReader {
 public:
  RailsReader()
      : PlainReader({.name = "rails",
                     .table = "schema_migrations",
                     .version_column = "version",
                     .no_other_column = true,
                     .with_table = "ar_internal_metadata"}) {}

  std::optional<std::int64_t> lock_id(Database& database, const ForeignTable& /*table*/) const override {
    constexpr std::int64_t salt = 2053462845;
    return salt * crc32(database.query("SELECT pg_catalog.current_database()").text(0, 0));
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_rails_reader() { return std::make_unique<RailsReader>(); }

}  // namespace drydock
