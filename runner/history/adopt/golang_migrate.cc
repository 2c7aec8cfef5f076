// golang-migrate: schema_migrations(version, dirty), one row, the current version. Dirty: that version was begun and
// did not end well.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/pointer_reader.h"

namespace drydock {
namespace {

class GolangMigrateReader final : public PointerReader {
 public:
  std::string_view name() const override { return "golang-migrate"; }
  std::vector<std::string_view> table_names() const override { return {"schema_migrations"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"version", "dirty"});
  }

  std::optional<std::int64_t> lock_id(Database& database, const ForeignTable& table) const override {
    constexpr std::uint32_t salt = 1486364155;
    const std::string name = database.query("SELECT pg_catalog.current_database()").text(0, 0);
    return crc32(table.schema + '\0' + table.name + '\0' + name) * salt;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_golang_migrate_reader() { return std::make_unique<GolangMigrateReader>(); }

}  // namespace drydock
