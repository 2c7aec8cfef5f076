#include "runner/cli/unfinished_parts.h"

#include <algorithm>
#include <optional>

#include "runner/apply/concurrent_index.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/version.h"
#include "runner/plan/recorded.h"

namespace drydock {
namespace {

// What the database tells of a statement that was started; nullopt where it does not.
std::optional<HistoryRow::State> outcome_of(const Statement& statement, Database& database) {
  const std::optional<ConcurrentIndex>& index = statement.traits.concurrent_index;
  if (!index || index->index.empty()) return std::nullopt;
  // REINDEX once more does no harm, and which of its indexes is the new one is not told.
  if (index->action == ConcurrentIndex::Action::reindex) return HistoryRow::State::failed;
  const bool creates = index->action == ConcurrentIndex::Action::create;
  const IndexOutcome wanted = creates ? IndexOutcome::valid : IndexOutcome::absent;
  return index_outcome(database, statement) == wanted ? HistoryRow::State::applied : HistoryRow::State::failed;
}

HistoryRow row_of(const Migration& migration, const Part& part, HistoryRow::State state, int attempt) {
  HistoryRow row;
  row.id = migration.id();
  row.part = part.number;
  row.attempt = attempt;
  row.last = part.last;
  row.state = state;
  row.name = migration.source.name;
  row.kind = migration.source.kind == MigrationKind::repeatable ? "repeatable" : "migration";
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
  const auto file =
      std::ranges::find_if(target.files(), [&](const MigrationFile& each) { return recorded_key(id_of(each)) == key; });
  if (file == target.files().end()) return;
  const Migration migration = parse_migration(*file, database.dialect());
  const std::vector<Part> parts = cut_into_parts(migration, database.dialect());
  const auto number = static_cast<std::size_t>(conflict.unknown_part.value());
  if (number >= parts.size() || parts[number].mode != Part::Mode::alone) return;
  const auto outcome = outcome_of(migration.statements[parts[number].statements.front()], database);
  if (!outcome) return;
  const int attempt = gather(target.state().rows).at(key).next_attempt(number);
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
