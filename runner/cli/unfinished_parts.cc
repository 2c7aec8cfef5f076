#include "runner/cli/unfinished_parts.h"

#include <algorithm>
#include <optional>

#include "runner/apply/intents.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/version.h"
#include "runner/formats/migration_text.h"
#include "runner/plan/recorded.h"

namespace drydock {
namespace {

HistoryRow row_of(const Migration& migration, const Part& part, HistoryRow::State state, int attempt) {
  HistoryRow row;
  row.id = migration.id();
  row.part = part.number;
  row.attempt = attempt;
  row.last = part.last;
  row.state = state;
  row.name = migration.source.name;
  row.kind = to_string(migration.source.kind);
  if (migration.source.baseline) row.replaces = migration.source.baseline->replaces;
  row.checksum = migration.checksum;
  row.part_checksum = part.checksum;
  row.text = migration.source.text;
  row.applied_by = runner_name();
  row.tool_version = version();
  row.rehearsal = "looked up";
  return row;
}

void settle(Target& target, const Conflict& conflict) {
  Database& database = target.database();
  const auto key = recorded_key(conflict.id);
  const MigrationFile* file = target.file_named(conflict.file);
  if (!file) return;
  const RecordedHistory recorded = gather(target.state().rows);
  const Recorded& own = *(file->baseline ? recorded.baseline(key) : recorded.migration(key));
  if (own.undo_begun() && !file->undo) return;
  const Migration migration = parse_migration(own.undo_begun() ? undo_of(*file) : *file, database.dialect());
  const std::vector<Part> parts = cut_into_parts(migration, database.dialect());
  const auto number = static_cast<std::size_t>(conflict.unknown_part.value());
  if (number >= parts.size() || parts[number].mode != Part::Mode::alone) return;
  const HistoryRow& intent = *own.open_parts().rows.at(number);
  const auto outcome = look_up_outcome(database, migration.statements[parts[number].statements.front()], intent);
  if (!outcome) return;
  const int attempt = recorded.next_attempt(key, number);
  const Statement record = History(database).record(row_of(migration, parts[number], *outcome, attempt));
  database.run({&record, 1}, Database::Sending::one_by_one);
}

}  // namespace

bool only_unfinished_parts(const std::vector<Conflict>& conflicts) {
  return std::ranges::all_of(conflicts, [](const Conflict& conflict) { return conflict.unknown_part.has_value(); });
}

void settle_unfinished_parts(Target& target, const std::vector<Conflict>& conflicts) {
  for (const Conflict& conflict : conflicts)
    if (conflict.unknown_part) settle(target, conflict);
  target.read_again();
}

}  // namespace drydock
