#include "runner/cli/apply_progress.h"

#include "runner/report/quantity.h"

namespace drydock {

std::string title_of(const Migration& migration) {
  return migration.source.kind == MigrationKind::repeatable ? migration.id()
                                                            : migration.id() + " " + migration.source.name;
}

void ApplyProgress::migration_begins(const Step& step, std::size_t index, std::size_t count) {
  const bool undoes = step.migration.source.kind == MigrationKind::undo;
  terminal_.live((where_ == Where::shadow ? undoes ? "rehearsing the undo of " : "rehearsing "
                  : undoes                ? "undoing "
                                          : "applying ") +
                 title_of(step.migration) + " (" + std::to_string(index + 1) + " of " + std::to_string(count) + ")");
}

void ApplyProgress::migration_done(const Step& step, double seconds) {
  done_.push_back(step.migration.id());
  if (where_ != Where::target) return;
  const bool ran = step.action == Step::Action::run;
  const bool undoes = step.migration.source.kind == MigrationKind::undo;
  terminal_.say((undoes ? "undone "
                 : ran  ? "applied "
                        : "recorded ") +
                title_of(step.migration) +
                (ran ? " in " + duration_text(seconds) : ", which replaces what is applied: none of it was run"));
}

void ApplyProgress::statement_runs(const Step& step, const Statement& statement, double seconds,
                                   const std::string& waits) {
  terminal_.live(step.migration.source.file + ":" + std::to_string(statement.line) + " " + statement.traits.tag + ", " +
                 duration_text(seconds) + (waits.empty() ? "" : ", " + waits));
}

void ApplyProgress::lock_retry(const Step& step, int attempt, std::chrono::milliseconds pause,
                               const std::string& blockers) {
  terminal_.say(title_of(step.migration) + ": a lock was not free in time" + (blockers.empty() ? "" : ": " + blockers) +
                "; rolled back, attempt " + std::to_string(attempt + 1) + " in " +
                duration_text(std::chrono::duration<double>(pause).count()));
}

}  // namespace drydock
