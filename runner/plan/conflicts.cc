#include "runner/plan/conflicts.h"

#include <algorithm>

#include "runner/plan/baseline_conflicts.h"

namespace drydock {
namespace {

using State = VersionState::State;
using Kind = Conflict::Kind;

// "0003_add_users", "R__views".
std::string label(const Standing& standing) {
  return standing.is_versioned() && !standing.name().empty() ? standing.id() + "_" + standing.name() : standing.id();
}

std::string repair(const Standing& standing, std::string_view option) {
  return "`drydock repair " + standing.id() + " " + std::string(option) + "`";
}

Conflict conflict(Kind kind, const Standing& standing, std::string message) {
  return {.kind = kind,
          .id = standing.id(),
          .name = standing.name(),
          .file = standing.file ? standing.file->file : "",
          .message = std::move(message),
          .diff = {},
          .unknown_part = {}};
}

Conflict changed(const Standing& standing) {
  return conflict(Kind::changed, standing,
                  label(standing) + " was changed after it was applied at " +
                      standing.recorded->newest_applied->applied_at +
                      ": put the text back as it was applied, and write the change as a new migration; where the "
                      "database already is as the new text says, run " +
                      repair(standing, "--accept-change"));
}

Conflict missing(const Standing& standing) {
  return conflict(Kind::missing, standing,
                  label(standing) +
                      " is recorded in the database and its file is not in the folder: restore the file "
                      "from version control, or check out the release that holds it");
}

Conflict out_of_order(const Standing& standing, const Version& highest) {
  return conflict(Kind::out_of_order, standing,
                  label(standing) + " has not been applied, and " + highest.text() +
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

Conflict outcome_unknown(const Standing& standing, Dialect dialect) {
  const int number = *standing.recorded->unknown_part();
  const Migration migration = parse_migration(*standing.file, dialect);
  const std::vector<Part> parts = cut_into_parts(migration, dialect);
  const auto index = static_cast<std::size_t>(number);
  const std::string where =
      index < parts.size() ? position(migration, parts[index]) : "part " + std::to_string(number + 1);
  Conflict result =
      conflict(Kind::failed, standing,
               label(standing) + ": an earlier run started " + where +
                   ", which runs outside a transaction, and did not live to record how it ended: look "
                   "in the database whether its change is there; if it is, run " +
                   repair(standing, "--mark-applied") + ", if it is not, " + repair(standing, "--forget-failure"));
  result.unknown_part = number;
  return result;
}

// A run that goes on where an earlier one stopped needs the applied beginning of the file to be what was applied.
std::optional<Conflict> changed_beginning(const Standing& standing, Dialect dialect) {
  const std::vector<Part> parts = cut_into_parts(parse_migration(*standing.file, dialect), dialect);
  const std::size_t applied = standing.recorded->applied_parts();
  const std::string begun = label(standing) + " is applied up to its part " + std::to_string(applied);
  if (applied >= parts.size()) {
    return conflict(Kind::failed, standing,
                    begun +
                        " and the file holds no part after it: put back what was not applied yet; where nothing "
                        "of it is wanted any more, run " +
                        repair(standing, "--mark-applied"));
  }
  for (std::size_t i = 0; i < applied; ++i) {
    const std::string& recorded = standing.recorded->parts[i]->part_checksum;
    if (recorded.empty() || recorded == parts[i].checksum) continue;
    return conflict(Kind::failed, standing,
                    begun + " and part " + std::to_string(i + 1) +
                        " of the file is not the one that was applied: put its text back (what comes after part " +
                        std::to_string(applied) + " may change); where the rest was done by hand, run " +
                        repair(standing, "--mark-applied"));
  }
  return std::nullopt;
}

std::optional<Conflict> conflict_of(const Standing& standing, const BaselineDecision& decision, const Version& highest,
                                    Dialect dialect) {
  switch (standing.state) {
    case State::changed:
      return standing.replaced ? changed_below_baseline(standing) : changed(standing);
    case State::missing:
      return missing(standing);
    case State::out_of_order:
      if (below_baseline(standing, decision)) return late_below_baseline(standing, *decision.file);
      return out_of_order(standing, highest);
    case State::failed:
      if (standing.recorded->unknown_part()) return outcome_unknown(standing, dialect);
      return changed_beginning(standing, dialect);
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
  return conflict(Kind::foreign_history, first,
                  "the database's history holds versions, " + label(first) +
                      " first, and none of them is in the folder: this is another project's database, or another "
                      "folder; check --database and --migrations");
}

}  // namespace

std::vector<Conflict> find_conflicts(const std::vector<Standing>& standings, const BaselineDecision& decision,
                                     const Version& highest_applied, Dialect dialect) {
  if (is_foreign(standings)) return {foreign_history(standings)};
  std::vector<Conflict> result;
  for (const Standing& standing : standings) {
    if (std::optional<Conflict> found = conflict_of(standing, decision, highest_applied, dialect))
      result.push_back(*found);
  }
  if (std::optional<Conflict> partial = partial_squash(decision)) result.push_back(*partial);
  return result;
}

}  // namespace drydock
