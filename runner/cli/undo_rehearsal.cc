#include "runner/cli/undo_rehearsal.h"

#include <algorithm>

#include "runner/cli/exit_code.h"
#include "runner/cli/known_names.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

void require_whole(const Plan& plan) {
  for (const Step& step : plan.steps)
    if (step.first_part > 0)
      throw Failure(ExitCode::conflict,
                    step.migration.id() +
                        " is half applied, and its undo is written for the whole of it, so that it cannot be proved "
                        "here; nothing was changed. Run `drydock migrate`, which goes on behind what is applied");
}

std::string what_differs(const Difference& difference, const KnownNames& names) {
  if (difference.kind == "rows") {
    std::string text = "its rows are not those that were there before: " + difference.left + " before, " +
                       difference.right + " after the undo";
    if (!difference.columns.empty() && names.known(difference.identity))
      text += "; other values in " + joined(difference.columns);
    return text;
  }
  switch (difference.change) {
    case Difference::Change::only_left:
      return "was there before, and the undo does not bring it back";
    case Difference::Change::only_right:
      return "was not there before, and the undo leaves it behind";
    case Difference::Change::changed:
      break;
  }
  return "its " + difference.property + " is not what it was before";
}

std::string object_of(const Difference& difference, const KnownNames& names) {
  return (difference.kind == "rows" ? "table" : difference.kind) + " " + names.shown(difference.identity);
}

// The undo's own file stands in the message: a finding's line is one of the migration's.
void report_failure(const UndoOutcome& outcome, ReportedMigration& migration) {
  migration.undo->differences.push_back("the undo fails: " + outcome.error);
  migration.findings.push_back({.rule = "undo-fails",
                                .level = "error",
                                .object = "",
                                .message = "the undo fails: " + outcome.error,
                                .fix = "",
                                .line = 0});
}

void report(const UndoOutcome& outcome, const KnownNames& names, ReportedMigration& migration) {
  migration.undo = ReportedUndo{.proved = outcome.proved, .not_tried = outcome.not_tried, .differences = {}};
  if (!outcome.error.empty()) report_failure(outcome, migration);
  for (const Difference& difference : outcome.differences) {
    const std::string object = object_of(difference, names), differs = what_differs(difference, names);
    migration.undo->differences.push_back(object + ": " + differs);
    migration.findings.push_back({.rule = "undo-differs",
                                  .level = "error",
                                  .object = names.shown(difference.identity),
                                  .message = object + ": " + differs + ".",
                                  .fix = "Put it right in " + outcome.file + ".",
                                  .line = 0});
  }
}

}  // namespace

UndoRehearsal::UndoRehearsal(const Plan& plan, const Target& target, const Settings& settings)
    : plan_((require_whole(plan), plan)),
      proof_(plan,
             {.files = target.files(),
              .originals = target.originals(),
              .script = [&settings](const MigrationFile& file) { return undo_script_of(settings, file); }},
             target.url().dialect()) {}

void UndoRehearsal::judge(Verdict& verdict) const {
  for (const UndoOutcome& outcome : proof_.outcomes()) {
    if (outcome.proved.value_or(true)) continue;
    for (JudgedMigration& migration : verdict.migrations)
      if (migration.observed.id == outcome.id) migration.level = std::max(migration.level, Level::rejected);
    verdict.level = std::max(verdict.level, Level::rejected);
  }
}

void UndoRehearsal::add_to(Document& document, const Rehearsal& rehearsal) const {
  KnownNames names(rehearsal.source_census, plan_);
  names.add(proof_.known_before());
  for (const UndoOutcome& outcome : proof_.outcomes())
    for (ReportedMigration& migration : document.migrations)
      if (migration.version == outcome.id) report(outcome, names, migration);
}

}  // namespace drydock
