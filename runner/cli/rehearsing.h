// What `rehearse` and `migrate` do alike: ask for a shadow of the right source, run the plan there, and report.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/rehearse.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"

namespace drydock {

// The options that both commands have.
struct RehearsalOptions {
  std::string provider;  // --shadow
  std::optional<std::string> source, keep_backup;
  std::string timeout;
  std::optional<std::string> receipt;  // --receipt, which each command declares in its own words
  std::vector<std::string> command;    // behind "--": another tool's
  std::optional<std::string> command_log;

  void declare(Options& options);
  // Throws Failure (exit 2) for what is no provider, no duration, or not in this version; starts --timeout.
  void check_and_start() const;
  // The same for a run over many, in which each has its own time; the words that ask each for the same, the time aside.
  std::vector<std::string> checked_for_each() const;

 private:
  void check() const;
};

// --lock-wait, --timeout, ...: throws Failure (exit 2) where the text is no duration.
std::chrono::milliseconds duration_asked_for(const std::string& option, const std::string& text);

// A source that is not the target itself must be the same database: what another one holds proves nothing.
// Throws Failure (exit 5) for another identity, CannotRehearse for another history.
void require_same_database(const DatabaseUrl& source, Target& target);

// Clones the source, runs the plan there and judges. Only reads the source.
// Throws CannotRehearse, Failure (the source stands for another database), Interrupted.
Rehearsal rehearse_plan(const Plan& plan, Target& target, const Settings& settings, const RehearsalOptions& options,
                        Terminal& terminal, ShadowVisitor* visitor = nullptr);

// The same for whatever is rehearsed. `by` is called with what the clone is to be made of.
Rehearsal rehearse_by(Target& target, const Settings& settings, const RehearsalOptions& options, Terminal& terminal,
                      const std::function<Rehearsal(const RehearseRequest&)>& by);

// Records a backup that was kept as proved, beside it and in the target; what cannot be written is a warning. Returns
// what was recorded; nullopt where none was kept.
std::optional<BackupEvidence> record_kept(const Rehearsal& rehearsal, const Target& target, const std::string& command,
                                          Terminal& terminal);

// 0, 3 or 7.
ExitCode exit_code_of(const Verdict& verdict);

}  // namespace drydock
