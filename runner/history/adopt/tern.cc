// tern: schema_version(version), one row, the current version. Flyway before its version 5 had a table of that name,
// with other columns.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/pointer_reader.h"

namespace drydock {
namespace {

class TernReader final : public PointerReader {
 public:
  std::string_view name() const override { return "tern"; }
  std::vector<std::string_view> table_names() const override { return {"schema_version"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.columns.size() == 1 && table.has("version");
  }
  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 9628173550095224;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_tern_reader() { return std::make_unique<TernReader>(); }

}  // namespace drydock
