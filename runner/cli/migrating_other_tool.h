// One run of `migrate -- COMMAND...`: rehearses another tool's command on a shadow, and runs it on the target only if
// nothing is lost there without a consent. The guard cannot watch another tool's session, so that nothing but a
// rehearsal lets the command at a target that holds rows.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runner/cli/heartbeat.h"
#include "runner/cli/migrating.h"
#include "runner/cli/other_tool.h"

namespace drydock {

struct Interrupted;

class MigratingOtherTool {
 public:
  // REQUIRES: everything outlives this object; options.rehearsal.command is not empty.
  MigratingOtherTool(const Settings& settings, const MigrateOptions& options, Terminal& terminal);

  ExitCode run();

 private:
  enum class Phase { looking, rehearsing, running };

  ExitCode steps();
  void require_rehearsal_policy() const;
  std::unique_ptr<MigrationLock> lock(LockPurpose purpose);
  bool rehearse_or_refuse();
  void require_evidence() const;
  void require_unmoved_target(const std::string& schema, bool was_empty);
  ExitCode run_on_the_target();
  ExitCode finish(ExitCode code, std::string_view result);
  std::string state_after_interruption(const Interrupted& end) const;

  Settings settings_;  // as strict as the stamp asks
  const MigrateOptions& options_;
  Terminal& terminal_;
  Phase phase_ = Phase::looking;
  Target target_;
  CommandOutput output_;
  OtherCommand command_;
  std::optional<Rehearsal> rehearsal_;
  std::optional<BackupEvidence> kept_;  // of this run's rehearsal
  std::unique_ptr<MigrationLock> rehearse_lock_, migrate_lock_;
  std::optional<Heartbeat> heartbeat_;  // of the rehearse lock
  RestorePoint restore_point_;
  bool done_ = false;
};

}  // namespace drydock
