#include "runner/plan/conflicts.h"

#include <algorithm>

#include "runner/plan/baseline_conflicts.h"

namespace drydock {

std::string label_of(const Standing& standing) {
  return standing.is_versioned() && !standing.name().empty() ? standing.id() + "_" + standing.name() : standing.id();
}

Conflict conflict_about(Conflict::Kind kind, const Standing& standing, std::string message) {
  return {.kind = kind,
          .id = standing.id(),
          .name = standing.name(),
          .file = standing.file ? standing.file->file : "",
          .message = std::move(message),
          .diff = {},
          .unknown_part = {}};
}

namespace {

using State = VersionState::State;
using Kind = Conflict::Kind;

std::string repair(const Standing& standing, std::string_view option) {
  return "`drydock repair " + standing.id() + " " + std::string(option) + "`";
}

Conflict changed(const Standing& standing) {
  return conflict_about(Kind::changed, standing,
                        label_of(standing) + " was changed after it was applied at " +
                            standing.recorded->newest_applied->applied_at +
                            ": put the text back as it was applied, and write the change as a new migration; where the "
                            "database already is as the new text says, run " +
                            repair(standing, "--accept-change"));
}

Conflict missing(const Standing& standing) {
  return conflict_about(Kind::missing, standing,
                        label_of(standing) +
                            " is recorded in the database and its file is not in the folder: restore the file "
                            "from version control, or check out the release that holds it");
}

Conflict out_of_order(const Standing& standing, const Version& highest) {
  return conflict_about(Kind::out_of_order, standing,
                        label_of(standing) + " has not been applied, and " + highest.text() +
                            ", which comes after it, has: rename " + standing.file->file + " to a version above " +
                            highest.text() + "; where its changes are in the database already, run " +
                            repair(standing, "--mark-applied"));
}

std::string position(const Migration& migration, const Part& part) {
  const std::string number = "part " + std::to_string(part.number + 1);
  if (part.statements.empty()) return number;
  const Statement& first = migration.statements[part.statements.front()];
  return number + " (line " + std::to_string(first.line) + (first.traits.tag.empty() ? "" : ", " + first.traits.tag) +
         ")";
}

std::string position(const MigrationFile& file, int number, Dialect dialect) {
  const Migration migration = parse_migration(file, dialect);
  const std::vector<Part> parts = cut_into_parts(migration, dialect);
  const auto index = static_cast<std::size_t>(number);
  return index < parts.size() ? position(migration, parts[index]) : "part " + std::to_string(number + 1);
}

Conflict outcome_unknown(const Standing& standing, Dialect dialect) {
  const int number = *standing.recorded->unknown_part();
  const std::string where = standing.recorded->undo_begun() ? "part " + std::to_string(number + 1) + " of its undo"
                                                            : position(*standing.file, number, dialect);
  Conflict result = conflict_about(
      Kind::failed, standing,
      label_of(standing) + ": an earlier run started " + where +
          ", which runs outside a transaction, and did not live to record how it ended: look "
          "in the database whether its change is there; if it is, run " +
          repair(standing, "--mark-applied") + ", if it is not, " + repair(standing, "--forget-failure"));
  result.unknown_part = number;
  return result;
}

Conflict half_undone(const Standing& standing) {
  return conflict_about(Kind::half_undone, standing,
                        label_of(standing) + " is half undone: its undo is done up to its part " +
                            std::to_string(standing.recorded->undo.applied()) +
                            ", and what that took back is gone: run `drydock undo`, which goes on behind it; where it "
                            "was put back by hand, run " +
                            repair(standing, "--mark-applied"));
}

std::optional<Conflict> conflict_of_failed(const Standing& standing, Dialect dialect) {
  if (standing.recorded->unknown_part()) return outcome_unknown(standing, dialect);
  if (standing.recorded->undo_begun()) return half_undone(standing);
  return changed_beginning(standing, cut_into_parts(parse_migration(*standing.file, dialect), dialect));
}

Conflict late(const std::vector<Standing>& standings, const Standing& standing, const HighestApplied& highest) {
  if (standing.is_baseline()) return late_baseline(standing, highest.version());
  const Standing* baseline = baseline_above(standings, standing);
  return baseline ? late_below_baseline(standing, *baseline) : out_of_order(standing, highest.version());
}

std::optional<Conflict> conflict_of(const std::vector<Standing>& standings, const Standing& standing,
                                    const HighestApplied& highest, Dialect dialect) {
  switch (standing.state) {
    case State::changed:
      return standing.replaced ? changed_below_baseline(standing) : changed(standing);
    case State::missing:
      return missing(standing);
    case State::out_of_order:
      return late(standings, standing, highest);
    case State::failed:
      return conflict_of_failed(standing, dialect);
    case State::applied:
    case State::pending:
    case State::replaced:
      break;
  }
  return std::nullopt;
}

bool is_recorded_version(const Standing& standing) {
  return standing.is_versioned() && standing.recorded && standing.recorded->newest_applied;
}

// Not one version of the history is in the folder, and none is replaced by what is there.
bool is_foreign(const std::vector<Standing>& standings) {
  bool any = false;
  for (const Standing& standing : standings) {
    if (standing.replaced && (standing.file || standing.by_file)) return false;
    if (!is_recorded_version(standing)) continue;
    if (standing.file) return false;
    any = true;
  }
  return any;
}

Conflict foreign_history(const std::vector<Standing>& standings) {
  const Standing& first = *std::find_if(standings.begin(), standings.end(), is_recorded_version);
  return conflict_about(Kind::foreign_history, first,
                        "the database's history holds versions, " + label_of(first) +
                            " first, and none of them is in the folder: this is another project's database, or another "
                            "folder; check --database and --migrations");
}

}  // namespace

// A run that goes on where an earlier one stopped needs the applied beginning of the script to be what was applied.
std::optional<Conflict> changed_beginning(const Standing& standing, const std::vector<Part>& parts) {
  const RecordedParts& open = standing.recorded->open_parts();
  const std::size_t applied = open.applied();
  const bool undoing = standing.recorded->undo_begun();
  const std::string begun = label_of(standing) + (undoing ? " is undone up to part " : " is applied up to its part ") +
                            std::to_string(applied) + (undoing ? " of its undo" : "");
  const std::string script = undoing ? "the undo" : "the file";
  const std::string by_hand =
      undoing ? "; where the version was put back by hand, run " : "; where the rest was done by hand, run ";
  if (applied >= parts.size()) {
    return conflict_about(Kind::failed, standing,
                          begun + " and " + script + " holds no part after it: put back what was not applied yet" +
                              (undoing ? by_hand : "; where nothing of it is wanted any more, run ") +
                              repair(standing, "--mark-applied"));
  }
  for (std::size_t i = 0; i < applied; ++i) {
    const std::string& recorded = open.rows[i]->part_checksum;
    if (recorded.empty() || recorded == parts[i].checksum) continue;
    return conflict_about(Kind::failed, standing,
                          begun + " and part " + std::to_string(i + 1) + " of " + script +
                              " is not the one that was applied: put its text back (what comes after part " +
                              std::to_string(applied) + " may change)" + by_hand + repair(standing, "--mark-applied"));
  }
  return std::nullopt;
}

std::vector<Conflict> find_conflicts(const std::vector<Standing>& standings, const BaselineDecision& decision,
                                     const HighestApplied& highest, Dialect dialect) {
  if (is_foreign(standings)) return {foreign_history(standings)};
  std::vector<Conflict> result;
  for (const Standing& standing : standings) {
    if (std::optional<Conflict> found = conflict_of(standings, standing, highest, dialect)) result.push_back(*found);
  }
  if (std::optional<Conflict> partial = partial_squash(decision)) result.push_back(*partial);
  return result;
}

}  // namespace drydock
