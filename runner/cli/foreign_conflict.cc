#include "runner/cli/foreign_conflict.h"

#include <algorithm>
#include <unordered_set>

#include "runner/history/adopt/adoption.h"
#include "runner/plan/recorded.h"

namespace drydock {
namespace {

constexpr std::string_view way_out =
    ": run `drydock adopt`, which takes its history over; where the table belongs to another program, set adopt = "
    "\"none\" in drydock.toml";

Conflict conflict_that(const std::string& message) {
  Conflict conflict;
  conflict.kind = Conflict::Kind::foreign_history;
  conflict.message = message + std::string(way_out);
  return conflict;
}

std::string named(const FoundHistory& found) {
  return std::string(found.reader->name()) + " (table " + found.table.display() + ")";
}

// The steps of versions of which drydock knows nothing, not even that it took them back.
std::vector<const MigrationFile*> unknown_steps(const Plan& plan, const std::vector<HistoryRow>& rows) {
  std::unordered_set<std::string_view> known;
  for (const HistoryRow& row : rows) known.insert(recorded_key(row.id));
  std::vector<const MigrationFile*> unknown;
  for (const Step& step : plan.steps)
    if (step.migration.source.kind == MigrationKind::versioned && !known.contains(recorded_key(step.migration.id())))
      unknown.push_back(&step.migration.source);
  return unknown;
}

}  // namespace

std::optional<Conflict> foreign_conflict(Database& database, const std::string& foreign_table, const Plan& plan,
                                         const std::vector<HistoryRow>& rows, const PlannedFrom& folder) {
  const std::vector<const MigrationFile*> steps = unknown_steps(plan, rows);
  if (!rows.empty() && steps.empty()) return std::nullopt;
  for (const FoundHistory& found : find_foreign_histories(database, foreign_table)) {
    if (!found.says_anything) continue;
    if (rows.empty())
      return conflict_that(database.url().display() + " was migrated by " + named(found) +
                           ", and drydock has recorded nothing there");
    // What is no SQL file says of none that it ran; what may not be read was never adopted.
    if (!found.reader->why_not().empty() || !found.readable) continue;
    const ForeignHistory history = found.reader->read(database, found.table);
    const std::vector<const MigrationFile*> all = adoptable_files(folder.files, folder.originals);
    const auto told =
        std::ranges::find_if(steps, [&](const MigrationFile* file) { return is_told(history, *file, all); });
    if (told != steps.end())
      return conflict_that(id_of(**told) + " was applied in " + database.url().display() + " by " + named(found) +
                           ", and drydock has not recorded it");
  }
  return std::nullopt;
}

}  // namespace drydock
