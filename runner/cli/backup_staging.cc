#include "runner/cli/backup_staging.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rehearsal/backup/mask.h"
#include "rehearsal/backup/stage.h"
#include "runner/cli/locking.h"
#include "runner/cli/target.h"
#include "runner/identity/emptying.h"
#include "runner/identity/identity.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

constexpr std::string_view nothing_changed = "; nothing was changed. ";

// The settings of the staging environment, with its database at the given address.
Settings settings_of_staging(const Settings& given, const StagingOptions& options) {
  Settings settings = given;
  settings.environment = options.as;
  settings.environment_given = true;
  settings.target = environment_of(given.config, options.as);
  settings.database_text = options.to;
  settings.direct_database_text = std::nullopt;
  if (settings.target.is_protected || sounds_like_production(options.as))
    throw WrongTarget("the environment " + options.as + " is protected, and is not replaced by a backup" +
                      std::string(nothing_changed) + "Restore production by the tools that made the backup");
  return settings;
}

// Whether its rows may go. The stamp's environment is compared by check_identity(), before.
void require_replaceable(Target& target, const Settings& settings) {
  const std::string& where = target.url().display();
  const std::optional<Stamp>& stamp = target.state().stamp;
  if (!stamp) {
    if (!target.exists() || !has_anything(target.database())) return;
    throw WrongTarget(where + " carries no stamp, so that nobody has said that it is " + settings.environment +
                      " and may be replaced" + std::string(nothing_changed) +
                      "Check the address; if it is, run `drydock init --environment " + settings.environment +
                      "` on it first");
  }
  for (const auto& [name, environment] : settings.config.environments)
    if (name != settings.environment && environment.id == stamp->database_id)
      throw WrongTarget(where + " carries the id that " + settings.config_path.string() + " gives to " + name +
                        ", whatever its stamp says" + std::string(nothing_changed) +
                        "Correct the file, or the address");
}

void require_other_database(const Target& target, const CheckedBackup& checked) {
  const std::optional<Stamp>& stamp = target.state().stamp;
  if (stamp && checked.state.stamp && stamp->database_id == checked.state.stamp->database_id)
    throw WrongTarget(target.url().display() + " carries the id of the very database that the backup is of" +
                      std::string(nothing_changed) + "Take it over by `drydock init --as-copy " + stamp->environment +
                      "` if it is a copy");
}

Stamp stamped(Target& target, const Settings& settings) {
  if (!target.exists()) target.create_file();
  History history(target.database());
  history.create();
  if (!target.state().stamp)
    history.write_stamp({settings.target.id.value_or(random_database_id()), settings.environment, settings.project,
                         system_identifier(target.database())});
  target.read_again();
  return target.state().stamp.value();
}

std::size_t masked(const Target& target, CheckedBackup& checked, const StagingOptions& options) {
  try {
    return mask(checked.restored.backup->database(), options.mask);
  } catch (const MaskRefused& error) {
    throw Failure(ExitCode::usage, std::string(error.what()) + "\nno row has left the private copy, and " +
                                       target.url().display() +
                                       " is as it was. Correct the mask, and run the command again");
  }
}

struct StagedBackup {
  std::size_t masked = 0;  // statements
  BackupContents contents;
  std::vector<std::string> notes;
};

StagedBackup replace(Target& target, CheckedBackup& checked, const Settings& settings, Terminal& terminal,
                     const StagingOptions& options) {
  StagedBackup staged;
  if (!options.mask.empty()) {
    terminal.progress("masking the copy by " + options.mask);
    staged.masked = masked(target, checked, options);
  }
  const Stamp stamp = stamped(target, settings);
  const std::unique_ptr<MigrationLock> lock = wait_for_lock(settings, target, options.lock_wait, terminal);
  target.open_to_apply();
  target.read_again();
  require_replaceable(target, settings);
  staged.notes = stage_backup({.backup = *checked.restored.backup,
                               .target = target.database(),
                               .stamp = stamp,
                               .binaries = settings.config.binaries,
                               .shadow_directory = settings.config.shadow_directory,
                               .say = [&terminal](const std::string& line) { terminal.progress(line); }});
  staged.contents = count_contents(target.database());
  return staged;
}

void report(const StagedBackup& staged, const CheckedBackup& checked, const std::filesystem::path& file,
            const Target& target, const StagingOptions& options, Terminal& terminal) {
  const std::string& where = target.url().display();
  if (terminal.json()) {
    nlohmann::ordered_json json{{"schema", "drydock.stage/1"},
                                {"result", "staged"},
                                {"file", file.string()},
                                {"taken_at", iso_of(checked.restored.taken_at)},
                                {"database", where},
                                {"environment", options.as},
                                {"masked_statements", staged.masked},
                                {"contents", nlohmann::ordered_json::parse(json_of(staged.contents))},
                                {"notes", staged.notes}};
    terminal.print(json_text(json));
    return;
  }
  terminal.print(table_of(staged.contents));
  for (const std::string& note : staged.notes)
    terminal.print(terminal.style().paint(Paint::dim, "note: " + note) + "\n");
  terminal.say("Replaced " + where + " (" + options.as + ") by the backup of " + iso_of(checked.restored.taken_at) +
               (options.mask.empty()
                    ? ", unmasked: it holds real people's data."
                    : ", masked by " + count_of(static_cast<std::int64_t>(staged.masked), "statement") + " of " +
                          options.mask + "."));
}

}  // namespace

void StagingOptions::declare(Options& options) {
  options.option("--to", "URL", to, "stage: the address of the staging database, which is replaced");
  options.option("--as", "ENVIRONMENT", as, "stage: the environment that it is, and is stamped as; staging by default");
  options.option("--mask", "FILE", mask, "stage: a file of SQL that runs on the private copy first");
  options.option("--lock-wait", "TIME", lock_wait,
                 "stage: how long to wait for a runner on the staging database; 60s by default");
}

ExitCode stage(const Settings& settings, Terminal& terminal, const std::filesystem::path& file,
               const BackupDemandOptions& demands, const StagingOptions& options) {
  const Settings staging = settings_of_staging(settings, options);
  Target target(staging, OpenOptions::Access::read_write, "drydock backup stage", Target::Files::none);
  require_replaceable(target, staging);
  BackupChecking checking(settings, terminal, "backup stage");
  CheckedBackup checked = checking.check(file, demands.demands(checking.settings()));
  if (!checked.verdict.proved()) {
    terminal.error(refusal_of(checked, file) + "\n" + target.url().display() + " is as it was");
    return ExitCode::cannot_rehearse;
  }
  require_other_database(target, checked);
  checking.record(file, checked.evidence);
  const StagedBackup staged = replace(target, checked, staging, terminal, options);
  report(staged, checked, file, target, options, terminal);
  return ExitCode::done;
}

}  // namespace drydock
