#include "runner/plan/plan.h"

#include <algorithm>

#include "runner/plan/baseline_conflicts.h"
#include "runner/plan/conflicts.h"
#include "runner/plan/standing.h"
#include "runner/sql/schemas_named.h"

namespace drydock {
namespace {

using Applied = BaselineDecision::Applied;

bool is_open(const Standing& standing) {
  return standing.file != nullptr &&
         (standing.state == VersionState::State::pending || standing.state == VersionState::State::failed);
}

bool is_beyond(const Standing& standing, const PlanOptions& options) {
  return options.to && standing.is_versioned() && *options.to < standing.version();
}

// Repeatable migrations run after the versioned ones, whose objects they are written for: where --to leaves some of
// those pending, they wait.
std::vector<const Standing*> to_run(const std::vector<Standing>& standings, const PlanOptions& options) {
  const bool leaves_some = std::ranges::any_of(
      standings, [&](const Standing& standing) { return is_open(standing) && is_beyond(standing, options); });
  std::vector<const Standing*> chosen;
  for (const Standing& standing : standings) {
    if (!is_open(standing) || is_beyond(standing, options)) continue;
    if (standing.is_versioned() || !leaves_some) chosen.push_back(&standing);
  }
  return chosen;
}

// Nothing of it runs, so that nothing of it is left to be run.
void only_record(Step& step, Dialect dialect) {
  step.action = Step::Action::record;
  step.migration.statements.clear();
  step.parts = cut_into_parts(step.migration, dialect);
}

// REQUIRES: no conflict was found in it; what is applied of a versioned migration is then the beginning of the file's.
Step step_of(const Standing& standing, const RecordedHistory& recorded, Dialect dialect) {
  Step step;
  step.migration = parse_migration(*standing.file, dialect);
  step.parts = cut_into_parts(step.migration, dialect);
  if (standing.recorded && standing.is_versioned()) step.first_part = standing.recorded->applied_parts();
  if (standing.is_baseline() && step.first_part == 0) {
    if (standing.applied != Applied::none) only_record(step, dialect);
    if (standing.applied == Applied::none)
      step.only_where_empty = EmptyDatabase{schemas_named(step.migration.statements, dialect)};
  }
  step.attempt = recorded.next_attempt(recorded_key(standing.id()), step.first_part);
  return step;
}

// A baseline is recorded under the id of the last migration that it replaces. Where that one runs in the same plan its
// rows come first, and a part that runs alone writes two.
void count_behind(const std::vector<Step>& steps, Step& step) {
  constexpr int most_rows_of_a_part = 2;
  if (!steps.empty() && steps.back().migration.source.version == step.migration.source.version)
    step.attempt = steps.back().attempt + most_rows_of_a_part;
}

// What a database that lags behind is told before the originals run there.
std::vector<std::string> notes_of(const BaselineDecision& decision) {
  if (decision.to_run.empty()) return {};
  std::vector<std::string> notes{decision.file->file + " replaces migrations that are not all applied here: " +
                                 std::to_string(decision.to_run.size()) +
                                 " of the originals run first, then it is recorded"};
  const std::string& hint = decision.file->baseline->upgrade_hint;
  if (!hint.empty()) notes.push_back(decision.file->file + " says: " + hint);
  return notes;
}

}  // namespace

std::string Plan::hash() const {
  std::string content;
  for (const Step& step : steps) {
    if (step.migration.source.kind == MigrationKind::undo) content += "undo ";
    content += step.migration.id() + ' ' + step.migration.checksum.text + ' ' + std::to_string(step.first_part) +
               (step.action == Step::Action::record ? " record\n" : "\n");
  }
  return sha256(content);
}

PlanResult make_plan(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history, Dialect dialect,
                     const PlanOptions& options) {
  const RecordedHistory recorded = gather(history);
  const BaselineDecision decision = decide(files, options.originals, recorded, dialect);
  const std::vector<Standing> standings = stand(files, recorded, decision, dialect);

  // All contradictions at once, so that a person does not meet them one by one.
  std::vector<Conflict> conflicts = find_conflicts(standings, decision, HighestApplied(recorded, files), dialect);
  if (options.to)
    if (std::optional<Conflict> inside = inside_baseline(decision, *options.to)) conflicts.push_back(*inside);
  if (!conflicts.empty()) return conflicts;

  Plan plan;
  for (const Standing* standing : to_run(standings, options)) {
    Step step = step_of(*standing, recorded, dialect);
    if (standing->is_baseline()) count_behind(plan.steps, step);
    plan.steps.push_back(std::move(step));
  }
  if (plan.empty()) return plan;
  plan.notes = notes_of(decision);
  plan.based_on.history = fingerprint_of(history);
  return plan;
}

}  // namespace drydock
