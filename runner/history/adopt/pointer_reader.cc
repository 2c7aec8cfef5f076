#include "runner/history/adopt/pointer_reader.h"

#include "runner/history/adopt/foreign_sql.h"

namespace drydock {

ForeignHistory PointerReader::read(Database& database, const ForeignTable& table) const {
  const bool knows_dirt = table.has("dirty");
  ForeignHistory history;
  for (const auto& values : read_columns(database, table, {"version", knows_dirt ? "dirty" : "version"}, "version")) {
    const bool dirty = knows_dirt && values[1] != "false" && values[1] != "0";
    // Before the first migration, tern keeps 0; golang-migrate keeps -1 for a version that is none.
    if (!dirty && (values[0] == "0" || values[0].starts_with('-'))) continue;
    history.rows.push_back({.label = values[0],
                            .recorded_as = {values[0]},
                            .version = values[0],
                            .state = dirty ? ForeignRow::State::dirty : ForeignRow::State::applied,
                            .up_to = true});
  }
  return history;
}

std::vector<std::string> PointerReader::write_back(Database& database, const ChecksumContext& context,
                                                   std::span<const ReleasedVersion> /*missing*/,
                                                   const ReleasedVersion& newest) const {
  const std::string emptying = "DELETE FROM " + context.table.sql();
  if (newest.file == nullptr) return {emptying};
  SqlValues values{{"version", recorded_name(*newest.file)}};
  if (context.table.has("dirty")) values.emplace_back("dirty", sql_truth(database, false));
  return {emptying, insert_into(context.table, values)};
}

}  // namespace drydock
