#include "runner/cli/migrating_other_tool.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/place_warnings.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/proved_backup.h"
#include "runner/cli/rehearsal_document.h"
#include "runner/database/interruption.h"
#include "runner/plan/fingerprint.h"
#include "runner/report/json_text.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

const MigrateOptions& checked(const MigrateOptions& options, const Settings& settings) {
  options.rehearsal.check_and_start();
  if (!options.to.empty())
    throw Failure(ExitCode::usage, "--to is for drydock's own migrations: tell the command how far it is to go");
  require_rehearsal_may_be_left_out(options.no_rehearsal, settings);
  if (options.no_rehearsal)
    throw Failure(ExitCode::usage,
                  "--no-rehearsal leaves the guard alone, and the guard cannot watch another tool's session: nothing "
                  "was run");
  return options;
}

}  // namespace

MigratingOtherTool::MigratingOtherTool(const Settings& settings, const MigrateOptions& options, Terminal& terminal)
    : settings_(settings),
      options_(checked(options, settings)),
      terminal_(terminal),
      target_(settings, OpenOptions::Access::read_write, "drydock migrate", Target::Files::none),
      output_(options.rehearsal.command_log, settings.show_values),
      command_(other_command(options.rehearsal, settings, target_.url().dialect(), output_)) {}

ExitCode MigratingOtherTool::run() {
  hold_to_policy(settings_, target_.state(), terminal_);
  warn_of_place(settings_, terminal_);
  try {
    return steps();
  } catch (Interrupted& end) {
    terminal_.error(state_after_interruption(end));
    if (end.signal != 0) {
      end.told = true;
      finish(ExitCode::unexpected, "interrupted");
      throw;
    }
    return finish(phase_ == Phase::rehearsing ? ExitCode::cannot_rehearse : ExitCode::unexpected, "timeout");
  }
}

ExitCode MigratingOtherTool::steps() {
  if (const auto line = proved_backup_line(target_.state(), settings_)) terminal_.say(*line);
  const bool empty = !target_.holds_rows();
  std::string schema;
  if (empty) {
    terminal_.say("No table of the target holds a row, so that nothing can be lost: no shadow is made.");
  } else {
    require_rehearsal_policy();
    if (settings_.direct_database_text) require_same_database(settings_.direct_database(), target_);
    // Of several runners one goes on, and the others wait here.
    rehearse_lock_ = lock(LockPurpose::rehearse);
    heartbeat_.emplace(*rehearse_lock_);
    target_.read_again();
    schema = schema_fingerprint(target_.database());
    const bool allowed = rehearse_or_refuse();
    kept_ = record_kept(*rehearsal_, target_, "migrate --keep-backup", terminal_);
    if (allowed) require_evidence();
    if (!allowed) return finish(exit_code_of(rehearsal_->verdict), "refused");
  }
  migrate_lock_ = lock(LockPurpose::migrate);
  require_unmoved_target(schema, empty);
  return run_on_the_target();
}

void MigratingOtherTool::require_rehearsal_policy() const {
  switch (settings_.target.rehearsal) {
    case RehearsalPolicy::required:
    case RehearsalPolicy::if_possible:
      return;
    case RehearsalPolicy::guard:
      throw CannotRehearse("environments." + settings_.environment +
                           ".rehearsal is 'guard', and the guard cannot watch another tool's session; nothing was run. "
                           "Set it to 'required'");
    case RehearsalPolicy::receipt:
      throw CannotRehearse("environments." + settings_.environment +
                           ".rehearsal is 'receipt', and another tool's command has none; nothing was run. Set it to "
                           "'required'");
  }
}

std::unique_ptr<MigrationLock> MigratingOtherTool::lock(LockPurpose purpose) {
  LockRequest request;
  request.purpose = purpose;
  request.wait = duration_asked_for("--lock-wait", options_.lock_wait);
  request.on_wait = [this](const std::string& holder) { terminal_.say("waiting for another runner: " + holder); };
  return acquire_lock(settings_.direct_database(), request);
}

// False where the verdict refuses the command.
bool MigratingOtherTool::rehearse_or_refuse() {
  phase_ = Phase::rehearsing;
  terminal_.progress("rehearsing " + command_.name() + " on a shadow of " + target_.url().display());
  rehearsal_ = rehearse_other(command_, target_, settings_, options_.rehearsal, terminal_, output_);
  phase_ = Phase::looking;
  const bool allowed = rehearsal_->verdict.allows_migrate();
  if (terminal_.shows_narrative() || (!allowed && !terminal_.json()))
    terminal_.print(make_text_writer()->write(document_of(*rehearsal_, Plan{}), terminal_.style()));
  if (!allowed)
    terminal_.error("nothing was changed in " + target_.url().display() + ": the command was not run there");
  return allowed;
}

// Only where something is lost: a command has consents for all of its runs.
void MigratingOtherTool::require_evidence() const {
  const auto& migrations = rehearsal_->verdict.migrations;
  const bool loses = std::ranges::any_of(migrations, [](const JudgedMigration& each) { return !each.losses.empty(); });
  if (!loses) return;
  require_backup_evidence(command_.name() + " loses what it has a consent for", settings_,
                          {target_.state().backup, kept_, rehearsal_->source_census.rows});
}

// REQUIRES: the migrate lock is held.
void MigratingOtherTool::require_unmoved_target(const std::string& schema, bool was_empty) {
  const std::string history = target_.state().fingerprint();
  target_.read_again();
  require_policy_is_held(settings_, target_.state());
  const bool filled = was_empty && target_.holds_rows();
  const bool same =
      target_.state().fingerprint() == history && (schema.empty() || schema_fingerprint(target_.database()) == schema);
  if (same && !filled) return;
  throw Failure(ExitCode::conflict,
                filled
                    ? "somebody wrote rows to " + target_.url().display() +
                          " meanwhile, so that something could be lost; the command was not run there. Run it again"
                    : "the schema of " + target_.url().display() +
                          " has changed since the shadow was made, so that the rehearsal proves nothing; the command "
                          "was not run there. Run `drydock migrate -- " +
                          command_.name() + " ...` again");
}

// REQUIRES: the migrate lock is held, and the target is what was rehearsed, or holds no row.
ExitCode MigratingOtherTool::run_on_the_target() {
  if (target_.exists()) {
    restore_point_ = target_.database().restore_point();
    terminal_.say("to go back: restore to " + restore_point_.server_time +
                  (restore_point_.wal_position.empty() ? "" : ", WAL position " + restore_point_.wal_position));
  }
  terminal_.say(
      "running " + command_.name() + " on " + target_.url().display() +
      "; the guard cannot watch another tool's session: what it loses there is what the rehearsal showed, and "
      "what came since");
  phase_ = Phase::running;
  const int status = run_on_target(command_, target_.url(), settings_.database_text);
  output_.show();
  if (status != 0)
    throw Failure(ExitCode::failed_on_target,
                  command_.name() + " ended with exit status " + std::to_string(status) + " on " +
                      target_.url().display() + "; " + output_.where() +
                      ". What of its transactions was committed stands, and is in its own record of what is applied: "
                      "ask it, mend what failed, and run the same command again");
  done_ = true;
  terminal_.say(command_.name() + " ran on " + target_.url().display() + ".");
  return finish(ExitCode::done, "applied");
}

// The one JSON document of the command, where it was asked for.
ExitCode MigratingOtherTool::finish(ExitCode code, std::string_view result) {
  if (!terminal_.json()) return code;
  nlohmann::ordered_json json{{"schema", "drydock.migrate/1"},
                              {"result", result},
                              {"database", target_.url().display()},
                              {"environment", settings_.environment},
                              {"applied", nlohmann::ordered_json::array()},
                              {"backup", proved_backup_json(target_.state(), kept_)},
                              {"restore_point", nullptr},
                              {"rehearsal", nullptr}};
  if (done_) json["applied"].push_back(command_id);
  if (!restore_point_.server_time.empty())
    json["restore_point"] = {{"server_time", restore_point_.server_time},
                             {"wal_position", restore_point_.wal_position}};
  if (rehearsal_)
    json["rehearsal"] = nlohmann::ordered_json::parse(make_json_writer()->write(document_of(*rehearsal_, Plan{})));
  terminal_.print(json_text(json));
  return code;
}

std::string MigratingOtherTool::state_after_interruption(const Interrupted& end) const {
  const std::string why = end.what();
  const std::string& database = target_.url().display();
  switch (phase_) {
    case Phase::looking:
      return why + "; nothing was changed in " + database;
    case Phase::rehearsing:
      return why + " while rehearsing; the command and the shadow are gone, nothing was changed in " + database;
    case Phase::running:
      break;
  }
  return why + " while " + command_.name() + " ran on " + database +
         "; it was told to end, its open transaction is rolled back by the server, and what it had committed stands: "
         "its "
         "own record of what is applied tells";
}

}  // namespace drydock
