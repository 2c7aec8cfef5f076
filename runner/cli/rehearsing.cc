#include "runner/cli/rehearsing.h"

#include <filesystem>

#include "runner/cli/apply_progress.h"
#include "runner/cli/backup_checking.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/version.h"
#include "runner/database/interruption.h"
#include "runner/identity/identity.h"
#include "runner/migration/directives.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

void require_known_provider(const std::string& name) {
  if (name.empty()) return;
  std::string known;
  for (const auto& provider : all_providers()) {
    if (provider->name() == name) return;
    known += (known.empty() ? "" : ", ") + std::string(provider->name());
  }
  throw Failure(ExitCode::usage, "there is no shadow provider '" + name + "'; there are: " + known);
}

}  // namespace

void RehearsalOptions::declare(Options& options) {
  options.option("--shadow", "PROVIDER", provider, "how the shadow is made; the first that can by default");
  options.option("--source", "URL", source, "a replica or a copy that stands for the target when it is cloned");
  options.option("--timeout", "TIME", timeout, "the whole command ends after this time: 30s, 10min");
  options.option("--keep-backup", "DIR", keep_backup,
                 "the dump that the shadow is restored from stays in this directory: a backup that is proved by it");
  options.option("--command-log", "FILE", command_log,
                 "with -- COMMAND: what the command prints is appended there, readable by you alone");
}

void RehearsalOptions::check() const {
  if (command_log && command.empty()) throw Failure(ExitCode::usage, "--command-log is for -- COMMAND");
  if (receipt && !command.empty())
    throw Failure(ExitCode::usage, "--receipt is for drydock's own migrations: another tool's command has none");
  require_known_provider(provider);
}

void RehearsalOptions::check_and_start() const {
  check();
  if (!timeout.empty()) set_deadline(duration_asked_for("--timeout", timeout));
}

std::vector<std::string> RehearsalOptions::checked_for_each() const {
  check();
  if (keep_backup) throw Failure(ExitCode::usage, "--keep-backup is for one database: call drydock once for each");
  if (source) throw Failure(ExitCode::usage, "--source stands for one database, and this run is about many");
  if (receipt) throw Failure(ExitCode::usage, "--receipt is about one database, and this run is about many");
  return provider.empty() ? std::vector<std::string>{} : std::vector<std::string>{"--shadow", provider};
}

std::chrono::milliseconds duration_asked_for(const std::string& option, const std::string& text) {
  if (const auto duration = parse_duration(text)) return *duration;
  throw Failure(ExitCode::usage, option + " takes a duration such as 500ms, 30s or 10min, not '" + text + "'");
}

void require_same_database(const DatabaseUrl& source, Target& target) {
  if (source.conninfo() == target.url().conninfo() && source.database() == target.url().database()) return;
  const std::unique_ptr<Database> database =
      open_database(source, {.access = OpenOptions::Access::read_only, .application = "drydock rehearse"});
  const TargetState state = History(*database).read();
  const std::string wanted = target.exists() ? identity_of(target.database(), target.state()) : "";
  const std::string found = identity_of(*database, state);
  if (!state.stamp && !target.state().stamp && (found.empty() || found != wanted))
    throw Failure(ExitCode::wrong_target,
                  source.display() + " and " + target.url().display() +
                      " carry no stamp, and neither is the other's replica, so that nothing says that one stands for "
                      "the other; nothing was changed. Run `drydock init` on the target, and make the copy anew");
  if (found != wanted)
    throw Failure(ExitCode::wrong_target,
                  source.display() + " carries another identity than " + target.url().display() +
                      ", so that a rehearsal on it would prove nothing; nothing was changed. Give "
                      "a replica or a restored copy of the target by --source");
  if (state.fingerprint() != target.state().fingerprint())
    throw CannotRehearse(
        source.display() + " has another history than " + target.url().display() +
        ": it lags behind, or is an older copy. Wait until it has caught up, or refresh it, and run the "
        "command again");
}

Rehearsal rehearse_by(Target& target, const Settings& settings, const RehearsalOptions& options, Terminal& terminal,
                      const std::function<Rehearsal(const RehearseRequest&)>& by) {
  const std::string provider = options.provider.empty() ? settings.target.shadow.value_or("") : options.provider;
  require_known_provider(provider);
  const DatabaseUrl source =
      options.source ? settings.within_schema(DatabaseUrl::parse(*options.source)) : settings.direct_database();
  if (source.dialect() != target.url().dialect())
    throw Failure(ExitCode::usage, "--source and the target are databases of different kinds");
  require_same_database(source, target);

  ApplyProgress progress(terminal, ApplyProgress::Where::shadow);
  RehearseRequest request{.clone = {.source = source,
                                    .target = target.url(),
                                    .plan = nullptr,
                                    .server_url = settings.target.shadow_server,
                                    .binaries = settings.config.binaries,
                                    .shadow_directory = settings.config.shadow_directory,
                                    .keep_backup = options.keep_backup,
                                    .say = [&](const std::string& line) { terminal.progress(line); }},
                          .provider = provider,
                          .apply = {},
                          .target_holds_rows = target.holds_rows(),
                          .visitor = nullptr,
                          .ignored_rules = settings.config.lint.ignored};
  request.apply.progress = &progress;
  request.apply.record.applied_by = runner_name();
  request.apply.record.tool_version = version();
  try {
    return by(request);
  } catch (const std::system_error& error) {
    throw CannotRehearse("the shadow could not be made: " + std::string(error.what()) +
                         "; nothing was changed. Choose another place by shadow_directory in drydock.toml");
  }
}

Rehearsal rehearse_plan(const Plan& plan, Target& target, const Settings& settings, const RehearsalOptions& options,
                        Terminal& terminal, ShadowVisitor* visitor) {
  return rehearse_by(target, settings, options, terminal, [&](RehearseRequest request) {
    request.visitor = visitor;
    return rehearse(plan, request);
  });
}

namespace {

BackupEvidence evidence_of(const Rehearsal& rehearsal, const TargetState& target, const std::string& command) {
  const BackupContents& contents = rehearsal.kept->contents;
  const std::optional<Moment> newest = contents.newest();
  return {.database_id = target.stamp ? target.stamp->database_id : "",
          .proved_by = command,
          .backup = rehearsal.kept->file.filename().string(),
          .kind = rehearsal.provider,
          .taken_at = rehearsal.taken_at,
          .proved_at = iso_of(now()),
          .history = target.fingerprint(),
          .newest = newest ? iso_of(*newest) : "",
          .tables = static_cast<std::int64_t>(contents.tables.size()),
          .rows = contents.rows(),
          .restore_seconds = rehearsal.shadow_seconds,
          .contents = json_of(contents)};
}

}  // namespace

std::optional<BackupEvidence> record_kept(const Rehearsal& rehearsal, const Target& target, const std::string& command,
                                          Terminal& terminal) {
  if (!rehearsal.kept) return std::nullopt;
  const std::filesystem::path& file = rehearsal.kept->file;
  const BackupEvidence evidence = evidence_of(rehearsal, target.state(), command);
  terminal.say("kept the backup " + file.string() + ": it was restored, and holds the " +
               count_of(evidence.rows, "row") + " of the source");
  record_check(file, evidence, target.state().has_history ? std::optional(target.url()) : std::nullopt, terminal);
  return evidence;
}

ExitCode exit_code_of(const Verdict& verdict) {
  if (verdict.allows_migrate()) return ExitCode::done;
  return verdict.level == Level::vacuous ? ExitCode::cannot_rehearse : ExitCode::rejected;
}

}  // namespace drydock
