// Sqitch: the table `changes` of its registry (PostgreSQL: the schema sqitch; SQLite: the file sqitch.db beside the
// database), one row for each change that is deployed now. Its script_hash is the SHA-1 of the deploy script. A change
// that was reworked is there twice under one name.
#include <map>

#include "runner/formats/sqitch_project.h"
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

// The registry holds a change that was reworked once for each time it was deployed, under one name. Which of the plan's
// changes of that name a row is, its place among them says: a database that lags behind has deployed the older ones
// alone. REQUIRES: rows are in the order of deployment.
void number_same_names(std::vector<ForeignRow>& rows) {
  std::map<std::string, int> times;
  for (ForeignRow& row : rows) row.recorded_as.push_back(numbered_change(row.label, ++times[row.label]));
}

// As Sqitch is told of it: "users", and "users@v1" for one that was reworked since.
std::string change_of(const MigrationFile& file) {
  const std::string script = file.path.stem().string();
  const std::size_t tag = script.find('@');
  return file.name + (tag == std::string::npos ? "" : script.substr(tag));
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
    number_same_names(history.rows);
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
        (newest.file->recorded_as.empty() ? newest.file->path.stem().string() : change_of(*newest.file)) + "`");
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_sqitch_reader() { return std::make_unique<SqitchReader>(); }

}  // namespace drydock
