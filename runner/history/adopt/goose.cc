// goose: goose_db_version(id, version_id, is_applied, tstamp). Older ones record a step back as a row of its own, newer
// ones delete the row: of each version the newest row counts. The row of version 0 says that the table was made. No
// checksum.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

class GooseReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "goose"; }
  std::vector<std::string_view> table_names() const override { return {"goose_db_version"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"id", "version_id", "is_applied"});
  }

  std::string_view label_column() const override { return "version_id"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    const std::string_view time = table.has("tstamp") ? "tstamp" : "NULL";
    for (const auto& values : read_columns(database, table, {"version_id", "is_applied", time}, "id")) {
      std::erase_if(history.rows, [&](const ForeignRow& each) { return each.label == values[0]; });
      const bool applied = values[1] == "true" || values[1] == "1";
      if (values[0] == "0" || !applied) continue;
      history.rows.push_back(
          {.label = values[0], .recorded_as = {values[0]}, .version = values[0], .applied_at = values[2]});
    }
    return history;
  }

  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 4097083626;
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      SqlValues values{{"version_id", recorded_name(*version.file)}, {"is_applied", sql_truth(database, true)}};
      if (context.table.has("tstamp")) values.emplace_back("tstamp", sql_time(database, version.applied_at));
      statements.push_back(insert_into(context.table, values));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_goose_reader() { return std::make_unique<GooseReader>(); }

}  // namespace drydock
