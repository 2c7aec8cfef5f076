// Atlas: atlas_schema_revisions, one row for each version with how many of its statements ran. The hash is the one of
// the file in atlas.sum: over the names and contents of all files up to it, so that it changes with any of them.
#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

constexpr unsigned baseline_type = 1;

// Of a folder without atlas.sum: over the names and the bytes of the files up to this one.
std::string sum_of_files(const MigrationFile& file, const ChecksumContext& context) {
  std::string content;
  for (const MigrationFile* each : context.files) {
    content += each->path.filename().string() + raw_bytes(*each);
    if (each == &file) break;
  }
  return base64(bytes_of_hex(sha256_hex(content)));
}

class AtlasReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "atlas"; }
  std::vector<std::string_view> table_names() const override { return {"atlas_schema_revisions"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"version", "type", "applied", "total", "hash"});
  }

  std::string_view label_column() const override { return "version"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values : read_columns(
             database, table, {"version", "type", "applied", "total", "executed_at", "hash", "error"}, "version")) {
      if (values[0].starts_with('.')) continue;  // Atlas's own mark
      const bool baseline = (std::stoul(values[1]) & baseline_type) != 0;
      const bool whole = values[2] == values[3] && values[6].empty();
      history.rows.push_back({.label = values[0],
                              .recorded_as = {values[0]},
                              .version = values[0],
                              .applied_at = values[4],
                              .checksum = baseline ? "" : values[5],
                              .state = whole ? ForeignRow::State::applied : ForeignRow::State::failed,
                              .up_to = baseline,
                              .needs_file = !baseline});
    }
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& context) const override {
    const std::string sum = file.recorded_checksum.empty() ? sum_of_files(file, context) : file.recorded_checksum;
    return {sum, "h1:" + sum};
  }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    const auto text = [&](std::string_view value) { return sql_text(database, value); };
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const MigrationFile& file = *version.file;
      const std::string count = std::to_string(split_statements(file.text, database.dialect()).size());
      statements.push_back(insert_into(context.table, {{"version", text(recorded_name(file))},
                                                       {"description", text(file.name)},
                                                       {"type", "2"},
                                                       {"applied", count},
                                                       {"total", count},
                                                       {"executed_at", sql_time(database, version.applied_at)},
                                                       {"execution_time", "0"},
                                                       {"hash", text(checksums(file, context).front())},
                                                       {"operator_version", text("drydock")}}));
    }
    return statements;
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_atlas_reader() { return std::make_unique<AtlasReader>(); }

}  // namespace drydock
