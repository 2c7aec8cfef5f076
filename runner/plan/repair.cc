// A part whose outcome nobody recorded is repaired alone, and the run goes on behind it. Everything else is a statement
// about the whole version: one row at the first part that is not applied, which completes it.
#include "runner/plan/repair.h"

#include <algorithm>

#include "runner/plan/baseline_conflicts.h"
#include "runner/plan/standing.h"

namespace drydock {
namespace {

using State = VersionState::State;

RepairRefusal contradiction(const Standing& standing, const std::string& why) {
  return {RepairRefusal::Kind::contradiction, standing.id() + " " + why};
}

HistoryRow repair_of(const Standing& standing, std::size_t part) {
  HistoryRow row;
  row.id = standing.id();
  row.name = standing.name();
  row.kind = "repair";
  row.part = static_cast<int>(part);
  if (!standing.is_baseline()) return row;
  row.replaces = standing.file ? standing.file->baseline->replaces : standing.recorded->newest->replaces;
  return row;
}

// The part that was begun, with the checksums of what was begun: whether the file still says the same is judged by the
// next plan.
HistoryRow outcome_of_unknown_part(const Standing& standing, HistoryRow::State outcome) {
  const auto part = static_cast<std::size_t>(standing.recorded->unknown_part().value());
  const HistoryRow& intent = *standing.recorded->open_parts().rows[part];
  HistoryRow row = repair_of(standing, part);
  row.state = outcome;
  row.last = intent.last;
  row.checksum = intent.checksum;
  row.part_checksum = intent.part_checksum;
  return row;
}

// The last part of a version that is applied to its end; of another, the first that is not applied.
std::size_t completing_part(const Recorded& recorded) {
  const auto& rows = recorded.parts.rows;
  const auto last = std::ranges::find_if(
      rows, [](const HistoryRow* row) { return row && row->last && row->state == HistoryRow::State::applied; });
  return last == rows.end() ? recorded.applied_parts() : static_cast<std::size_t>(last - rows.begin());
}

// REQUIRES: standing.file.
HistoryRow completed(const Standing& standing, std::size_t part, Dialect dialect) {
  const Migration migration = parse_migration(*standing.file, dialect);
  HistoryRow row = repair_of(standing, part);
  row.checksum = migration.checksum;
  row.text = migration.source.text;
  return row;
}

RepairResult accept_change(const Standing& standing, Dialect dialect) {
  switch (standing.state) {
    case State::changed: {
      if (standing.recorded && !standing.file)
        return contradiction(standing,
                             "has no file whose text could be accepted: restore the text that was replaced, "
                             "in the folder squashed/");
      if (!standing.recorded)
        return contradiction(standing,
                             "is applied as part of a baseline, whose text is not changed one by one: "
                             "restore the file as it was replaced");
      // What has not run yet must not come to count as applied.
      if (!standing.recorded->complete())
        return contradiction(standing,
                             "is not applied to its end, so that its text cannot be accepted as what was: "
                             "restore the file, and `drydock migrate` goes on behind what is applied");
      return completed(standing, completing_part(*standing.recorded), dialect);
    }
    case State::applied:
    case State::replaced:
      return contradiction(standing,
                           standing.text_only_changed
                               ? "differs from what was applied in comments and layout only, which needs no repair"
                               : "is as it was applied: there is no change to accept");
    case State::missing:
      return contradiction(standing, "has no file in the folder whose text could be accepted: restore the file");
    case State::pending:
    case State::out_of_order:
    case State::failed:
      break;
  }
  return contradiction(standing, "is not applied: there is no change to accept, `drydock status` shows what there is");
}

// The first version that is pending and stands before this one, if any: it could not run any more.
const Standing* left_behind(const std::vector<Standing>& standings, const Standing& marked) {
  if (marked.state != State::pending || !marked.is_versioned()) return nullptr;
  const auto found = std::ranges::find_if(standings, [&](const Standing& each) {
    return each.is_versioned() && each.state == State::pending && each.version() < marked.version();
  });
  return found == standings.end() ? nullptr : &*found;
}

// What the plan refuses and no mark puts right: it would count as applied here, and be something else on another
// database.
std::optional<RepairRefusal> never_marked(const std::vector<Standing>& standings, const Standing& standing) {
  if (standing.state != State::pending && standing.state != State::out_of_order) return std::nullopt;
  if (standing.is_baseline())
    return contradiction(standing,
                         "is a baseline, which is decided by the recorded versions alone and never marked: `drydock "
                         "migrate` runs it on an empty database and records it where all that it replaces is applied; "
                         "a database that holds its objects and has recorded nothing is taken over by `drydock adopt "
                         "--at " +
                             standing.id() + "`");
  if (standing.state != State::out_of_order) return std::nullopt;
  if (const Standing* baseline = baseline_above(standings, standing))
    return RepairRefusal{RepairRefusal::Kind::contradiction, late_below_baseline(standing, *baseline).message};
  return std::nullopt;
}

RepairResult mark_applied(const std::vector<Standing>& standings, const Standing& standing, Dialect dialect) {
  if (standing.recorded && standing.recorded->unknown_part())
    return outcome_of_unknown_part(standing, HistoryRow::State::applied);
  if (standing.state == State::applied || standing.state == State::replaced)
    return contradiction(standing, "is recorded as applied already");
  if (standing.state == State::changed)
    return contradiction(standing,
                         "is recorded as applied already, with another text; where the database is as the new text "
                         "says, run `drydock repair " +
                             standing.id() + " --accept-change`");
  if (!standing.file)
    return contradiction(standing, "has no file in the folder that could be marked as applied: restore the file");
  if (std::optional<RepairRefusal> refusal = never_marked(standings, standing)) return *std::move(refusal);
  if (const Standing* before = left_behind(standings, standing))
    return contradiction(standing, "stands behind " + before->id() +
                                       ", which is pending and could not run any more: run `drydock migrate --to " +
                                       before->id() + "` first, or mark it as applied, too");
  const bool begun = standing.recorded && standing.is_versioned();
  return completed(standing, begun ? completing_part(*standing.recorded) : 0, dialect);
}

RepairResult forget_failure(const Standing& standing) {
  if (standing.recorded && standing.recorded->unknown_part())
    return outcome_of_unknown_part(standing, HistoryRow::State::failed);
  if (standing.state == State::failed)
    return contradiction(standing, standing.recorded->undo_begun()
                                       ? "holds no failure to forget: what an earlier run committed of its undo "
                                         "stands, and `drydock undo` goes on behind it"
                                       : "holds no failure to forget: what an earlier run committed of it stands, and "
                                         "`drydock migrate` goes on behind it");
  return contradiction(standing, "holds no failure to forget: `drydock status` shows how it stands");
}

}  // namespace

std::string_view to_string(Correction correction) {
  switch (correction) {
    case Correction::accept_change:
      return "accept-change";
    case Correction::mark_applied:
      return "mark-applied";
    case Correction::forget_failure:
      return "forget-failure";
  }
  return "";
}

RepairResult make_repair(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history,
                         Dialect dialect, std::string_view id, Correction correction,
                         std::span<const MigrationFile> originals) {
  const RecordedHistory recorded = gather(history);
  const std::vector<Standing> standings = stand(files, recorded, decide(files, originals, recorded, dialect), dialect);
  const auto has_id = [&](const Standing& each) { return recorded_key(each.id()) == recorded_key(id); };
  auto found = std::ranges::find_if(
      standings, [&](const Standing& each) { return has_id(each) && each.state != State::replaced; });
  if (found == standings.end()) found = std::ranges::find_if(standings, has_id);
  if (found == standings.end())
    return RepairRefusal{RepairRefusal::Kind::unknown_version,
                         std::string(id) +
                             " is neither in the folder nor in the history: `drydock status` lists what "
                             "is there"};
  RepairResult result = correction == Correction::accept_change  ? accept_change(*found, dialect)
                        : correction == Correction::mark_applied ? mark_applied(standings, *found, dialect)
                                                                 : forget_failure(*found);
  if (auto* row = std::get_if<HistoryRow>(&result)) {
    row->rehearsal = "repair --" + std::string(to_string(correction));
    row->attempt = recorded.next_attempt(recorded_key(row->id), static_cast<std::size_t>(row->part));
  }
  return result;
}

}  // namespace drydock
