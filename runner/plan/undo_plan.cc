#include "runner/plan/undo_plan.h"

#include <algorithm>

#include "runner/plan/conflicts.h"
#include "runner/plan/standing.h"

namespace drydock {
namespace {

using State = VersionState::State;

// Something of the version is in the database, by its own rows or a baseline's.
bool is_there(const Standing& standing, const RecordedHistory& recorded) {
  if (!standing.is_versioned()) return false;
  if (standing.recorded && standing.recorded->newest_applied) return true;
  return !standing.is_baseline() && recorded.replacement(standing.version().significant()) != nullptr;
}

bool is_half_applied(const Standing& standing) {
  return standing.state == State::failed && !standing.recorded->undo_begun() && !standing.recorded->unknown_part();
}

Conflict half_applied(const Standing& standing) {
  return conflict_about(Conflict::Kind::failed, standing,
                        label_of(standing) + " is applied up to its part " +
                            std::to_string(standing.recorded->applied_parts()) +
                            " only, and its undo is written for the whole of it: run `drydock migrate`, which goes on "
                            "behind what is applied, and undo it then");
}

Conflict below_baseline(const Standing& standing) {
  const std::string what = standing.is_baseline() ? label_of(standing) + " is a baseline"
                                                  : label_of(standing) + " is part of a baseline" +
                                                        (standing.by_file ? " (" + standing.by_file->file + ")" : "");
  return conflict_about(Conflict::Kind::below_baseline, standing,
                        what +
                            ", and an undo below a baseline is refused: what a baseline stands for counts as applied "
                            "as a whole, and cannot be taken back one by one. Undo less, by --steps or --to, and write "
                            "what is to be changed below as a new migration; to go back further, restore a backup");
}

std::vector<Conflict> conflicts_of(const std::vector<Standing>& standings, const BaselineDecision& decision,
                                   const HighestApplied& highest, Dialect dialect) {
  std::vector<Conflict> conflicts = find_conflicts(standings, decision, highest, dialect);
  std::erase_if(conflicts, [](const Conflict& each) {
    return each.kind == Conflict::Kind::out_of_order || each.kind == Conflict::Kind::half_undone;
  });
  const auto is_named = [&](const Standing& standing) {
    return std::ranges::any_of(conflicts, [&](const Conflict& each) { return each.id == standing.id(); });
  };
  for (const Standing& standing : standings)
    if (is_half_applied(standing) && !is_named(standing)) conflicts.push_back(half_applied(standing));
  return conflicts;
}

// What is applied, from the highest version down.
std::vector<const Standing*> applied_from_top(const std::vector<Standing>& standings, const RecordedHistory& recorded) {
  std::vector<const Standing*> applied;
  for (const Standing& standing : standings)
    if (is_there(standing, recorded)) applied.push_back(&standing);
  std::ranges::reverse(applied);
  return applied;
}

bool is_asked_for(const Standing& standing, const UndoRequest& request) {
  return std::ranges::find(request.versions, standing.version()) != request.versions.end();
}

Conflict moved_on(const Standing& standing) {
  return conflict_about(Conflict::Kind::moved_on, standing,
                        label_of(standing) +
                            " was applied since this undo was asked for, above what it would take back: look at "
                            "`drydock status`, and run `drydock undo` again where it is still meant");
}

// REQUIRES: standing.file and standing.recorded.
Step undo_step(const Standing& standing, const RecordedHistory& recorded, const UndoRequest& request, Dialect dialect) {
  Step step;
  step.migration = parse_undo(request.script(*standing.file), dialect);
  step.parts = cut_into_parts(step.migration, dialect);
  if (standing.recorded->undo_begun()) step.first_part = standing.recorded->undo.applied();
  step.attempt = recorded.next_attempt(recorded_key(standing.id()), step.first_part);
  return step;
}

}  // namespace

Migration parse_undo(const MigrationFile& script, Dialect dialect) {
  Migration undo = parse_migration(script, dialect);
  if (undo.statements.empty())
    throw MigrationError(script.file, 0,
                         "holds no statement, so that " + id_of(script) +
                             " cannot be taken back by it; nothing was changed. Write there what takes it back");
  return undo;
}

std::vector<Version> versions_to_undo(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                                      Dialect dialect, const UndoRange& range,
                                      std::span<const MigrationFile> originals) {
  const RecordedHistory recorded = gather(history);
  const std::vector<Standing> standings = stand(files, recorded, decide(files, originals, recorded, dialect), dialect);
  std::vector<Version> versions;
  for (const Standing* standing : applied_from_top(standings, recorded)) {
    if (range.steps && versions.size() >= *range.steps) break;
    if (range.to && !(*range.to < standing->version())) break;
    versions.push_back(standing->version());
  }
  return versions;
}

PlanResult make_undo_plan(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                          Dialect dialect, const UndoRequest& request) {
  const RecordedHistory recorded = gather(history);
  const BaselineDecision decision = decide(files, request.originals, recorded, dialect);
  const std::vector<Standing> standings = stand(files, recorded, decision, dialect);
  std::vector<Conflict> conflicts = conflicts_of(standings, decision, HighestApplied(recorded, files), dialect);
  if (!conflicts.empty()) return conflicts;

  std::vector<const Standing*> left = applied_from_top(standings, recorded);
  const auto asked_for = [&](const Standing* standing) { return is_asked_for(*standing, request); };
  const auto other = std::ranges::find_if_not(left, asked_for);
  if (std::find_if(other, left.end(), asked_for) != left.end()) return std::vector{moved_on(**other)};
  left.erase(other, left.end());
  for (const Standing* standing : left)
    if (standing->is_baseline() || standing->replaced) return std::vector{below_baseline(*standing)};

  Plan plan;
  for (const Standing* standing : left) {
    Step step = undo_step(*standing, recorded, request, dialect);
    if (step.first_part > 0)
      if (std::optional<Conflict> changed = changed_beginning(*standing, step.parts))
        return std::vector{*std::move(changed)};
    plan.steps.push_back(std::move(step));
  }
  if (!plan.empty()) plan.based_on.history = fingerprint_of(history);
  return plan;
}

}  // namespace drydock
