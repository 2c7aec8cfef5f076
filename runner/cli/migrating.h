// One run of `migrate` or `undo`, as it goes from the first look at the target to its last line. It lives as long as
// the command, holds the locks, and knows how far it has come when it is ended from outside.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "rehearsal/guard.h"
#include "rehearsal/receipt.h"
#include "runner/apply/apply.h"
#include "runner/cli/apply_progress.h"
#include "runner/cli/heartbeat.h"
#include "runner/cli/hooks.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/server_wait.h"
#include "runner/cli/target.h"
#include "runner/database/lock.h"
#include "runner/report/document.h"

namespace drydock {

struct Interrupted;

struct MigrateOptions {
  RehearsalOptions rehearsal;
  WaitOption wait;
  std::string to, lock_wait = "60s";
  bool no_rehearsal = false;
};

// What a run is for, and the words in which it speaks of it: `migrate` and `undo` go the same way.
struct Errand {
  std::string command = "migrate";  // as typed; also in the schema of the JSON document
  // Made anew whenever the history may have moved on. Throws HistoryConflict, MigrationError.
  std::function<Plan(Target&)> plan;
  std::string state = "pending";            // "2 migrations are pending", "Nothing is pending in ..."
  std::string done = "applied";             // the result in the JSON document, and its list of versions
  std::string done_to = "applied to";       // "2 migrations applied to ..."
  std::string nothing = "nothing-pending";  // the result where the plan is empty
  bool has_hooks = true;                    // before_migrate and after_migrate are its own
  bool has_receipts = true;                 // `drydock rehearse` can have written one for its plan
};

class Migrating {
 public:
  // REQUIRES: everything outlives this object.
  Migrating(const Settings& settings, const MigrateOptions& options, const Errand& errand, Terminal& terminal);

  ExitCode run();

 private:
  // What allows the plan to run on the target.
  enum class Proof {
    rehearsal,  // of this run, on a shadow
    receipt,    // of a rehearsal made elsewhere, of this plan on this database
    guard,      // the guard alone, as the settings or --no-rehearsal say
    empty,      // no table of the user's holds a row: nothing can be lost
    nothing,    // no statement is to be run: a baseline is recorded for what is applied
  };
  enum class Phase { looking, waiting, rehearsing, applying };

  ExitCode steps();
  void adopt_where_configured();
  ExitCode steps_or_refusal();
  void require_evidence() const;
  void run_before_hook();
  ExitCode end_with_hook(ExitCode code, std::string_view result);
  bool leaves_rehearsal_out() const;
  Proof proof_needed();
  void rehearse();
  bool report_allows();
  bool history_moved_on();
  ExitCode plan_again();
  void require_unmoved_target();
  void prepare_target();
  ExitCode apply_under_guard();
  void tell_of_copy(const KeptCopy& copy);
  void tell_who_waits();
  std::unique_ptr<MigrationLock> lock(LockPurpose purpose);
  Plan pending();
  ExitCode nothing_to_do();
  ExitCode refused(const GuardRefusal& refusal);
  ExitCode finish(ExitCode code, std::string_view result);
  std::string what_stands(const std::string& refused_id);
  Document rehearsal_document() const;
  std::string allowed_by() const;
  std::string state_after_interruption(const Interrupted& end) const;

  Settings settings_;  // as strict as the stamp asks
  const MigrateOptions& options_;
  const Errand& errand_;
  Terminal& terminal_;
  Phase phase_ = Phase::looking;
  Target target_;
  Plan plan_;
  Proof proof_ = Proof::rehearsal;
  std::optional<Rehearsal> rehearsal_;
  std::optional<Receipt> receipt_;
  std::optional<BackupEvidence> kept_;   // of this run's rehearsal
  std::vector<KeptCopy> safety_copies_;  // that this run has made
  std::unique_ptr<MigrationLock> rehearse_lock_, migrate_lock_;
  std::optional<Heartbeat> heartbeat_;  // of the rehearse lock, until the plan is applied
  RestorePoint restore_point_;
  ApplyProgress progress_;
  Hooks hooks_;
  bool hook_is_due_ = false;  // something is pending, and it is this run that has to do with it
  std::optional<Document> guard_report_;
};

}  // namespace drydock
