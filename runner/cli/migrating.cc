#include "runner/cli/migrating.h"

#include <algorithm>
#include <utility>

#include "runner/cli/adopting.h"
#include "runner/cli/apply_progress.h"
#include "runner/cli/kept_copies.h"
#include "runner/cli/place_warnings.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/proved_backup.h"
#include "runner/cli/receipts.h"
#include "runner/cli/rehearsal_document.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/unfinished_parts.h"
#include "runner/cli/version.h"
#include "runner/database/interruption.h"
#include "runner/identity/identity.h"
#include "runner/plan/fingerprint.h"
#include "runner/report/quantity.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

std::string list_of(const Plan& plan) {
  std::string list;
  for (const Step& step : plan.steps)
    list += (list.empty() ? "" : ", ") + step.migration.id() + (step.migration.source.baseline ? " (baseline)" : "");
  return list;
}

// Checked before the target is opened, whether anything is pending or not.
const MigrateOptions& checked(const MigrateOptions& options, const Settings& settings, Terminal& terminal) {
  options.rehearsal.check_and_start();
  require_rehearsal_may_be_left_out(options.no_rehearsal, settings);
  options.wait.wait_for_server(settings, terminal);
  return options;
}

}  // namespace

Migrating::Migrating(const Settings& settings, const MigrateOptions& options, const Errand& errand, Terminal& terminal)
    : settings_(settings),
      options_(checked(options, settings, terminal)),
      errand_(errand),
      terminal_(terminal),
      target_(settings, OpenOptions::Access::read_write, "drydock " + errand.command),
      progress_(terminal, ApplyProgress::Where::target),
      hooks_(settings_, target_.url(), terminal) {}

ExitCode Migrating::run() {
  hold_to_policy(settings_, target_.state(), terminal_);
  require_rehearsal_may_be_left_out(options_.no_rehearsal, settings_);
  warn_of_place(settings_, terminal_);
  try {
    return steps_or_refusal();
  } catch (const Interrupted&) {
    end_with_hook(ExitCode::unexpected, "interrupted");
    throw;
  } catch (...) {
    end_with_hook(ending_of(std::current_exception()).code, "failed");
    throw;
  }
}

ExitCode Migrating::steps_or_refusal() {
  try {
    return steps();
  } catch (const GuardRefusal& refusal) {
    return refused(refusal);
  } catch (Interrupted& end) {
    terminal_.error(state_after_interruption(end));
    if (end.signal != 0) {
      end.told = true;
      finish(ExitCode::unexpected, "interrupted");
      throw;
    }
    const bool was_about_to = rehearse_lock_ && !rehearsal_ && proof_ == Proof::rehearsal;
    const bool no_shadow = phase_ == Phase::rehearsing || (phase_ == Phase::looking && was_about_to);
    const ExitCode code = no_shadow                  ? ExitCode::cannot_rehearse
                          : phase_ == Phase::waiting ? ExitCode::locked
                                                     : ExitCode::unexpected;
    return finish(code, "timeout");
  }
}

ExitCode Migrating::steps() {
  // The files, the target's identity and its history have been looked at. Nothing is written while there is nothing to
  // do.
  adopt_where_configured();
  if (const auto line = proved_backup_line(target_.state(), settings_)) terminal_.say(*line);
  plan_ = pending();
  if (plan_.empty()) return nothing_to_do();
  terminal_.say(count_of(static_cast<std::int64_t>(plan_.steps.size()), "migration is", "migrations are") + " " +
                errand_.state + ": " + list_of(plan_));
  for (const std::string& note : plan_.notes) terminal_.say(note);
  proof_ = proof_needed();
  const bool keeps_backup = proof_ == Proof::rehearsal && options_.rehearsal.keep_backup;
  if (proof_ != Proof::empty && proof_ != Proof::nothing && !keeps_backup) require_evidence();
  if (settings_.direct_database_text) require_same_database(settings_.direct_database(), target_);

  // Of several runners one goes on. The others wait here, and find nothing pending when they come in.
  if (proof_ == Proof::rehearsal) {
    rehearse_lock_ = lock(LockPurpose::rehearse);
    heartbeat_.emplace(*rehearse_lock_);
  } else {
    migrate_lock_ = lock(LockPurpose::migrate);
  }
  plan_ = pending();
  if (plan_.empty()) return nothing_to_do();
  if (receipt_) require_fitting(*receipt_, plan_, target_);
  hook_is_due_ = errand_.has_hooks;

  // No lock that would keep others from migrating is held while the shadow is made; the fingerprints catch who did.
  if (proof_ == Proof::rehearsal) {
    rehearse();
    // What another runner applied meanwhile may be in the shadow already, and the verdict about something else.
    if (history_moved_on()) return plan_again();
    if (!report_allows()) return finish(exit_code_of(rehearsal_->verdict), "refused");
    require_evidence();
    migrate_lock_ = lock(LockPurpose::migrate);
    if (history_moved_on()) return plan_again();
  }
  run_before_hook();
  require_unmoved_target();
  prepare_target();
  return apply_under_guard();
}

// `adopt = "TOOL"` in drydock.toml, where drydock has recorded nothing yet.
void Migrating::adopt_where_configured() {
  if (!settings_.config.adopt || !target_.exists() || !target_.state().rows.empty()) return;
  const std::unique_ptr<MigrationLock> held = lock(LockPurpose::migrate);
  target_.read_again();
  adopt_unattended(target_, settings_, duration_asked_for("--lock-wait", options_.lock_wait), terminal_);
  target_.open_to_look();
}

void Migrating::require_evidence() const {
  const std::string consenting = consents_in(plan_);
  if (consenting.empty()) return;
  const auto rows = rehearsal_ ? std::optional(rehearsal_->source_census.rows) : std::nullopt;
  require_backup_evidence(consenting, settings_, {target_.state().backup, kept_, rows});
}

// As late as possible, when all that can be refused before is settled. REQUIRES: the migrate lock is held.
void Migrating::run_before_hook() {
  if (!hook_is_due_ || !settings_.config.hooks.before_migrate) return;
  phase_ = Phase::looking;
  const Heartbeat heartbeat(*migrate_lock_);
  hooks_.before(plan_);
}

ExitCode Migrating::end_with_hook(ExitCode code, std::string_view result) {
  if (!std::exchange(hook_is_due_, false)) return code;
  return hooks_.after(plan_, {code, result, progress_.done()});
}

Plan Migrating::pending() {
  if (migrate_lock_ || rehearse_lock_) {
    target_.read_again();
    // Nobody came in between: the same files and the same history make the same plan.
    if (target_.state().fingerprint() == plan_.based_on.history) return std::move(plan_);
  }
  try {
    return errand_.plan(target_);
  } catch (const HistoryConflict& conflict) {
    if (!only_unfinished_parts(conflict.conflicts)) throw;
  }
  // A statement outside a transaction was begun, and its end is not recorded: by a runner that is at work, or that
  // died.
  const std::unique_ptr<MigrationLock> held = migrate_lock_ ? nullptr : lock(LockPurpose::migrate);
  target_.read_again();
  settle_unfinished_parts(target_, target_.conflicts());
  if (held) target_.open_to_look();
  return errand_.plan(target_);
}

bool Migrating::leaves_rehearsal_out() const {
  return options_.no_rehearsal || settings_.target.rehearsal == RehearsalPolicy::guard;
}

Migrating::Proof Migrating::proof_needed() {
  if (std::ranges::all_of(plan_.steps, [](const Step& step) { return step.action == Step::Action::record; })) {
    terminal_.say("All that it replaces is applied: it is recorded, nothing is run, and no shadow is made.");
    return Proof::nothing;
  }
  if (!target_.holds_rows()) {
    terminal_.say("No table of the target holds a row, so that nothing can be lost: no shadow is made.");
    return Proof::empty;
  }
  if (leaves_rehearsal_out()) {
    terminal_.say("No rehearsal is made: the guard watches each transaction on the target.");
    return Proof::guard;
  }
  if (settings_.target.rehearsal == RehearsalPolicy::receipt && !errand_.has_receipts)
    throw CannotRehearse("environments." + settings_.environment + ".rehearsal is 'receipt', and `drydock " +
                         errand_.command +
                         "` has none; nothing was changed. Set it to 'required' for this run, which makes a shadow");
  receipt_ = fitting_receipt(settings_, options_.rehearsal.receipt, plan_, target_, terminal_);
  return receipt_ ? Proof::receipt : Proof::rehearsal;
}

std::unique_ptr<MigrationLock> Migrating::lock(LockPurpose purpose) {
  LockRequest request;
  request.purpose = purpose;
  request.wait = duration_asked_for("--lock-wait", options_.lock_wait);
  request.progress = [this] {
    target_.read_again();
    return static_cast<std::int64_t>(target_.state().rows.size());
  };
  request.on_wait = [this](const std::string& holder) {
    phase_ = Phase::waiting;
    terminal_.say("waiting for another runner: " + holder);
  };
  std::unique_ptr<MigrationLock> lock = acquire_lock(settings_.direct_database(), request);
  if (purpose == LockPurpose::migrate) target_.open_to_apply();
  phase_ = Phase::looking;
  return lock;
}

bool Migrating::history_moved_on() {
  target_.read_again();
  return target_.state().fingerprint() != plan_.based_on.history;
}

// Another runner came in between, one without a rehearsal. Where it did all there was to do, that is as good as waiting
// for it; otherwise what is left would have to be rehearsed.
ExitCode Migrating::plan_again() {
  Plan left = errand_.plan(target_);
  if (!left.empty()) require_unmoved_target();
  plan_ = std::move(left);
  rehearsal_.reset();
  hook_is_due_ = false;
  return nothing_to_do();
}

// Without a rehearsal where none was possible and the settings do without.
void Migrating::rehearse() {
  phase_ = Phase::rehearsing;
  terminal_.progress("rehearsing on a shadow of " + target_.url().display());
  plan_.based_on.schema = schema_fingerprint(target_.database());
  try {
    rehearsal_ = rehearse_plan(plan_, target_, settings_, options_.rehearsal, terminal_);
  } catch (const CannotRehearse& error) {
    if (settings_.target.rehearsal != RehearsalPolicy::if_possible) throw;
    terminal_.warn("no rehearsal was possible, and the settings go on with the guard alone: " +
                   std::string(error.what()));
    proof_ = Proof::guard;
  }
  phase_ = Phase::looking;
}

// False where the verdict refuses the plan. The report has been written either way.
bool Migrating::report_allows() {
  if (!rehearsal_) return true;
  kept_ = record_kept(*rehearsal_, target_, errand_.command + " --keep-backup", terminal_);
  if (terminal_.shows_narrative() || (!rehearsal_->verdict.allows_migrate() && !terminal_.json()))
    terminal_.print(make_text_writer()->write(rehearsal_document(), terminal_.style()));
  if (rehearsal_->verdict.allows_migrate()) return true;
  terminal_.error("nothing was changed in " + target_.url().display());
  return false;
}

// REQUIRES: the migrate lock is held.
void Migrating::require_unmoved_target() {
  phase_ = Phase::looking;
  target_.read_again();
  require_policy_is_held(settings_, target_.state());
  const bool same_history = target_.state().fingerprint() == plan_.based_on.history;
  const bool same_schema =
      plan_.based_on.schema.empty() || schema_fingerprint(target_.database()) == plan_.based_on.schema;
  const bool still_empty = proof_ != Proof::empty || !target_.holds_rows();
  if (same_history && same_schema && still_empty) return;
  throw Failure(ExitCode::conflict,
                (!same_history  ? "the history of "
                 : !same_schema ? "the schema of "
                                : "somebody wrote rows to ") +
                    target_.url().display() + (still_empty ? " has changed" : "") +
                    " since the plan was made, so that it proves nothing; this run changed nothing. Run `drydock " +
                    errand_.command + "` again");
}

// Makes what drydock keeps in the target: its tables, and the stamp of a database that is new.
// REQUIRES: the migrate lock is held.
void Migrating::prepare_target() {
  phase_ = Phase::applying;
  target_.create_file();
  History history(target_.database());
  if (!target_.state().has_history) history.create();
  if (proof_ == Proof::empty && !target_.state().stamp && !settings_.target.is_protected)
    history.write_stamp(
        {random_database_id(), settings_.environment, settings_.project, system_identifier(target_.database())});
}

// REQUIRES: the migrate lock is held, and the target is what the plan was made from.
ExitCode Migrating::apply_under_guard() {
  Database& database = target_.database();
  restore_point_ = database.restore_point();
  terminal_.say("to go back: restore to " + restore_point_.server_time +
                (restore_point_.wal_position.empty() ? "" : ", WAL position " + restore_point_.wal_position));

  ApplyOptions options;
  options.lock = migrate_lock_.get();
  options.progress = &progress_;
  // From here on a runner that is only alive makes no progress: one that waits for a lock itself is to be given up.
  heartbeat_.reset();
  options.at_work = [this] { tell_who_waits(); };
  options.record.applied_by = runner_name();
  options.record.tool_version = version();
  options.record.rehearsal = allowed_by();
  options.record.server_time = restore_point_.server_time;
  options.record.wal_position = restore_point_.wal_position;

  History history(database);
  const auto* rehearsed = rehearsal_ ? &rehearsal_->touched : receipt_ ? &receipt_->touched : nullptr;
  const std::unique_ptr<Watcher> guard =
      make_guard(database, {.plan = &plan_,
                            .rehearsed = rehearsed,
                            .target_was_empty = proof_ == Proof::empty && !leaves_rehearsal_out(),
                            .timeout = settings_.target.guard_timeout,
                            .on_kept = [this](const KeptCopy& copy) { tell_of_copy(copy); }});
  apply(plan_, database, history, *guard, options);
  terminal_.say(count_of(static_cast<std::int64_t>(plan_.steps.size()), "migration") + " " + errand_.done_to + " " +
                target_.url().display() + ".");
  purge_what_has_expired(target_.database(), terminal_);
  return finish(ExitCode::done, errand_.done);
}

// A lock that was lost is found out, and said, before the next COMMIT.
void Migrating::tell_who_waits() {
  for (const auto* lock : {&rehearse_lock_, &migrate_lock_}) try {
      if (*lock) (*lock)->give_sign_of_life();
    } catch (const DatabaseError&) {
    }
}

std::string Migrating::allowed_by() const {
  if (rehearsal_) return rehearsal_->provider + " " + rehearsal_->plan_hash;
  if (receipt_) return "receipt of " + receipt_->taken_at + ", " + receipt_->provider + " " + receipt_->plan_hash;
  switch (proof_) {
    case Proof::empty:
      return "empty";
    case Proof::nothing:
      return "nothing run";
    case Proof::rehearsal:
    case Proof::receipt:
    case Proof::guard:
      break;
  }
  return "guard";
}

}  // namespace drydock
