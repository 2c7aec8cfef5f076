// Flyway: flyway_schema_history (schema_version before Flyway 5), one row for each event. What is applied is what comes
// of the events in the order of their rank: a success adds a version, an undo or a DELETE (left by its `repair`) takes
// it away, a BASELINE stands for everything up to its version.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/foreign_checksums.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

// Over the lines without their ends, whatever these are, and as a signed number.
std::string flyway_checksum(std::string bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  std::erase_if(bytes, [](char c) { return c == '\n' || c == '\r'; });
  return std::to_string(static_cast<std::int32_t>(crc32(bytes)));
}

bool is_true(std::string_view text) { return text == "true" || text == "1"; }

class FlywayReader final : public AdoptReader {
 public:
  std::string_view name() const override { return "flyway"; }
  std::vector<std::string_view> table_names() const override { return {"flyway_schema_history", "schema_version"}; }
  bool recognises(const ForeignTable& table, std::span<const ForeignTable> /*all*/) const override {
    return table.has_all({"installed_rank", "version", "description", "type", "script", "checksum", "success"});
  }

  std::string_view label_column() const override { return "version"; }
  ForeignHistory read(Database& database, const ForeignTable& table) const override {
    ForeignHistory history;
    for (const auto& values : read_columns(
             database, table, {"version", "description", "type", "script", "checksum", "success", "installed_on"},
             "installed_rank"))
      add_event(history.rows, values);
    return history;
  }

  std::vector<std::string> checksums(const MigrationFile& file, const ChecksumContext& /*context*/) const override {
    std::vector<std::string> sums{flyway_checksum(raw_bytes(file))};
    // Of a repeatable file Flyway sums what its placeholders have become.
    if (file.kind == MigrationKind::repeatable) sums.push_back(flyway_checksum(file.text));
    return sums;
  }

  // "Flyway" and the hash of the quoted name.
  std::optional<std::int64_t> lock_id(Database& /*database*/, const ForeignTable& table) const override {
    constexpr std::int64_t flyway = 0x466C79776179;
    return flyway + java_hash(drydock::quoted(table.schema) + "." + drydock::quoted(table.name));
  }

  bool keeps_repeatables() const override { return true; }

  std::vector<std::string> write_back(Database& database, const ChecksumContext& context,
                                      std::span<const ReleasedVersion> missing,
                                      const ReleasedVersion& /*newest*/) const override {
    const auto text = [&](std::string_view value) { return sql_text(database, value); };
    const std::string next = "(SELECT coalesce(max(installed_rank), 0) + 1 FROM " + context.table.sql() + ")";
    std::vector<std::string> statements;
    for (const ReleasedVersion& version : missing) {
      const MigrationFile& file = *version.file;
      const bool repeatable = file.kind == MigrationKind::repeatable;
      statements.push_back(insert_into(
          context.table, {{"installed_rank", next},
                          {"version", repeatable ? "NULL" : text(recorded_name(file))},
                          {"description", text(with_spaces(file.name))},
                          {"type", text("SQL")},
                          {"script", text(file.file)},
                          {"checksum", checksums(file, context).front()},
                          {"installed_by", database.dialect() == Dialect::postgres ? "current_user" : text("drydock")},
                          {"installed_on", sql_time(database, version.applied_at)},
                          {"execution_time", "0"},
                          {"success", sql_truth(database, true)}}));
    }
    return statements;
  }

 private:
  static void add_event(std::vector<ForeignRow>& rows, const std::vector<std::string>& values) {
    const std::string &version = values[0], &description = values[1], &type = values[2], &script = values[3];
    if (type == "SCHEMA") return;
    ForeignRow row;
    row.repeatable = version.empty();
    row.label = row.repeatable ? description : version;
    // Of a repeatable one the newest event counts, and of a version that was taken away the next one.
    std::erase_if(rows, [&](const ForeignRow& each) {
      return each.label == row.label && each.repeatable == row.repeatable && !each.up_to;
    });
    if (type == "DELETE" || type.starts_with("UNDO")) return;
    row.recorded_as = row.repeatable ? std::vector{script, description, "R__" + description} : std::vector{version};
    row.version = version;
    row.checksum = values[4];
    row.applied_at = values[6];
    row.up_to = type == "BASELINE" || type == "SQL_BASELINE";
    row.needs_file = !row.up_to;
    if (row.up_to) row.checksum.clear();
    if (!is_true(values[5])) row.state = ForeignRow::State::failed;
    rows.push_back(std::move(row));
  }
};

}  // namespace

std::unique_ptr<AdoptReader> make_flyway_reader() { return std::make_unique<FlywayReader>(); }

}  // namespace drydock
