#include "squash/undo_proof.h"

#include <algorithm>

#include "runner/plan/undo_plan.h"
#include "squash/snapshot.h"

namespace drydock {
namespace {

constexpr const char* until_then = "the plan did not run to its end";

// The last migration may have left settings in the session.
Snapshot take_clean(Database& database) try {
  database.reset_session({});
  Snapshot snapshot = take_snapshot(database);
  snapshot.positions.clear();
  return snapshot;
} catch (const DatabaseError& error) {
  throw CannotRehearse("the shadow could not be read whole, so that no undo can be proved on it: " +
                       std::string(error.what()) + "; nothing was changed");
}

// What a difference is about, across its properties.
std::string key_of(const Difference& difference) { return difference.kind + ' ' + difference.identity; }

bool can_be_undone(const Step& step) {
  return step.action == Step::Action::run && step.migration.source.kind == MigrationKind::versioned;
}

}  // namespace

UndoProof::UndoProof(const Plan& plan, UndoSources sources, Dialect dialect)
    : sources_(std::move(sources)), dialect_(dialect) {
  for (const Step& step : plan.steps) {
    if (!can_be_undone(step)) continue;
    const MigrationFile script = sources_.script(step.migration.source);
    parse_undo(script, dialect_);
    outcomes_.push_back({.id = step.migration.id(), .file = script.file, .not_tried = until_then, .differences = {}});
  }
}

void UndoProof::before(Shadow& shadow, const Step& step) {
  const bool repeats = step.migration.source.kind == MigrationKind::repeatable;
  if (step.migration.source.kind == MigrationKind::baseline) {
    for (const Before& below : before_) below.outcome->not_tried = "it is part of a baseline, which no undo goes below";
    before_.clear();
  }
  if ((!repeats || before_repeatables_) && !can_be_undone(step)) return;
  Snapshot snapshot = take_clean(shadow.database());
  if (known_before_.empty()) {
    for (const SnapshotObject& object : snapshot.objects) known_before_.insert(object.identity);
    for (const SnapshotRows& rows : snapshot.rows) known_before_.insert(rows.table);
  }
  if (repeats) {
    before_repeatables_ = std::move(snapshot);
    return;
  }
  const auto outcome = std::ranges::find(outcomes_, step.migration.id(), &UndoOutcome::id);
  before_.push_back({&*outcome, std::move(snapshot)});
}

void UndoProof::behind_the_last(Shadow& shadow) {
  note_repeatables(shadow.database());
  bool as_before = true;
  for (auto before = before_.rbegin(); before != before_.rend(); ++before) {
    if (!as_before) {
      before->outcome->not_tried = "the undo behind it did not give back the state that this one starts from";
      continue;
    }
    undo(shadow, *before);
    as_before = *before->outcome->proved;
  }
}

void UndoProof::note_repeatables(Database& database) {
  if (!before_repeatables_) return;
  for (const Difference& difference : differences(*before_repeatables_, take_clean(database)))
    left_alone_.insert(key_of(difference));
}

Plan UndoProof::undo_on(Database& database, const std::string& id) const {
  const std::vector<MigrationFile> files(sources_.files.begin(), sources_.files.end());
  const std::vector<HistoryRow> rows = History(database).read().rows;
  PlanResult made =
      make_undo_plan(files, rows, dialect_,
                     {.versions = versions_to_undo(files, rows, dialect_, {.steps = 1}, sources_.originals),
                      .originals = sources_.originals,
                      .script = sources_.script});
  if (const auto* conflicts = std::get_if<std::vector<Conflict>>(&made))
    throw CannotRehearse("the undo of " + id + " cannot be planned on the shadow: " + conflicts->front().message);
  return std::get<Plan>(std::move(made));
}

void UndoProof::undo(Shadow& shadow, const Before& before) const {
  UndoOutcome& outcome = *before.outcome;
  outcome.not_tried.clear();
  outcome.proved = false;
  Database& database = shadow.database();
  History history(database);
  NullWatcher watcher;
  ApplyOptions options;
  options.record.applied_by = "drydock rehearse";
  options.run_as_superuser = shadow.superuser();
  try {
    apply(undo_on(database, outcome.id), database, history, watcher, options);
  } catch (const ApplyFailure& failure) {
    outcome.error = failure.what();
    outcome.error_line = failure.line;
    return;
  } catch (const Refused& refused) {
    outcome.error = refused.what();
    return;
  }
  outcome.differences = differences(before.snapshot, take_clean(database));
  std::erase_if(outcome.differences,
                [&](const Difference& difference) { return left_alone_.contains(key_of(difference)); });
  outcome.proved = outcome.differences.empty();
}

}  // namespace drydock
