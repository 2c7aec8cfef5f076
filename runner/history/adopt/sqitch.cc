// Sqitch: the table `changes` of its registry (PostgreSQL: the schema sqitch; SQLite: the file sqitch.db beside the
// database), one row for each change that is deployed now. Its script_hash is the SHA-1 of the deploy script. A change
// that was reworked is there twice under one name; the older one's script bears the tag between them, name@tag.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

struct Tag {
  std::string name;       // "@v1"
  std::size_t after = 0;  // the index of its change
};

std::vector<Tag> read_tags(Database& database, const ForeignTable& changes, const std::vector<ForeignRow>& rows) {
  ForeignTable table = changes;
  table.name = "tags";
  std::vector<Tag> tags;
  for (const auto& values : read_columns(database, table, {"tag", "change_id"}, "committed_at")) {
    const auto change =
        std::ranges::find_if(rows, [&](const ForeignRow& row) { return row.recorded_as[0] == values[1]; });
    if (change != rows.end()) tags.push_back({values[0], static_cast<std::size_t>(change - rows.begin())});
  }
  return tags;
}

// REQUIRES: rows are in the order of deployment.
void name_reworked(std::vector<ForeignRow>& rows, const std::vector<Tag>& tags) {
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const auto again = std::find_if(rows.begin() + static_cast<std::ptrdiff_t>(at) + 1, rows.end(),
                                    [&](const ForeignRow& each) { return each.label == rows[at].label; });
    if (again == rows.end()) continue;
    const auto reworked = static_cast<std::size_t>(again - rows.begin());
    const auto tag =
        std::ranges::find_if(tags, [&](const Tag& each) { return each.after >= at && each.after < reworked; });
    if (tag != tags.end()) rows[at].label += tag->name;
  }
  for (ForeignRow& row : rows) row.recorded_as.push_back(row.label);
}

class SqitchReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "sqitch"; }
  std::vector<std::string_view> table_names() const override { return {"changes"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"change_id", "script_hash", "change", "project", "committed_at", "planner_name"});
  }

  std::string_view label_column() const override { return "change"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values :
         read_columns(database, table, {"change_id", "change", "script_hash", "committed_at"}, "committed_at"))
      history.rows.push_back({.label = values[1],
                              .recorded_as = {values[0]},
                              .version = leading_version(values[1]),
                              .applied_at = values[3],
                              .checksum = values[2]});
    name_reworked(history.rows, read_tags(database, table, history.rows));
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    return {sha1_hex(raw_bytes(file))};
  }

  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& /*table*/) const override {
    return 75474063;
  }

  std::vector<std::string> take_out(Database& /*database*/, const ChecksumContext& /*context*/,
                                    const MigrationFile& file) const override {
    throw CannotRelease("drydock took " + id_of(file) +
                        " back, and only Sqitch writes its history: run `sqitch revert --log-only --to-change` with "
                        "the change before it");
  }

  std::vector<std::string> write_back(Database& /*database*/, const ChecksumContext& /*context*/,
                                      std::span<const ReleasedVersion> /*missing*/,
                                      const ReleasedVersion& newest) const override {
    throw CannotRelease(
        "its changes have ids that it makes from its whole plan: run `sqitch deploy --log-only --to-change " +
        (newest.file->recorded_as.empty() ? newest.file->path.stem().string() : newest.file->recorded_as) + "`");
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_sqitch_reader() { return std::make_unique<SqitchReader>(); }

}  // namespace drydock
