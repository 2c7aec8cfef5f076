#include "runner/cli/backup_checking.h"

#include "rehearsal/backup/check_record.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/rehearsing.h"
#include "runner/identity/identity.h"

namespace drydock {
namespace {

std::optional<DatabaseUrl> known_address(const Settings& settings) {
  // On the machine of the backups nobody has to know production's password.
  const bool unset = settings.database_text == settings.target.database && settings.target.unset.contains("database");
  if (!settings.database_text || unset) return std::nullopt;
  return settings.direct_database();
}

std::optional<std::string> parameter(const std::optional<DatabaseUrl>& url, const std::string& name) {
  if (!url || url->dialect() != Dialect::postgres) return std::nullopt;
  const auto found = url->parameters().find(name);
  return found == url->parameters().end() ? std::nullopt : std::optional(found->second);
}

bool is_newer(const BackupEvidence& a, const BackupEvidence& b) {
  return std::pair(a.taken_at, a.proved_at) > std::pair(b.taken_at, b.proved_at);
}

}  // namespace

void BackupDemandOptions::declare(Options& options) {
  options.option("--max-age", "TIME", max_age, "an older backup is refused: 24h, 7d");
  options.option("--min-rows", "SHARE", min_rows,
                 "one with fewer of the rows of the last proved one is refused; 90% by default");
  options.flag(
      "--accept-changes", accept_changes,
      "tables and rows that are missing since the last proved backup are meant to be: this one is the measure");
}

BackupDemands BackupDemandOptions::demands(const Settings& settings) const {
  const BackupPolicy& policy = settings.config.backup_policy;
  BackupDemands demands;
  demands.database_id = settings.target.id;
  demands.accept_changes = accept_changes;
  std::optional<std::chrono::milliseconds> age = policy.max_age;
  if (!max_age.empty()) age = duration_asked_for("--max-age", max_age);
  if (age) demands.max_age = std::chrono::duration_cast<std::chrono::seconds>(*age);
  std::optional<int> rows = policy.min_rows;
  if (!min_rows.empty() && !(rows = parse_percent(min_rows)))
    throw Failure(ExitCode::usage, "--min-rows takes a share such as 90%, not '" + min_rows + "'");
  demands.min_rows = rows.value_or(demands.min_rows);
  return demands;
}

BackupChecking::BackupChecking(const Settings& settings, Terminal& terminal, std::string command)
    : settings_(settings), terminal_(terminal), command_(std::move(command)), url_(known_address(settings)) {
  if (!url_) return;
  try {
    open_target();
  } catch (const ConnectionError& error) {
    target_.reset();
    if (!settings_.target.id) throw;
    terminal_.warn(url_->display() + " cannot be reached: the backup is compared with what lies beside it alone, and " +
                   "the check is not recorded there");
  } catch (const WrongTarget& wrong) {
    // The night on which backups are looked at: the database is gone, and an empty one stands in its place.
    if (!settings_.target.id || state_.stamp) throw;
    target_.reset();
    state_ = {};
    terminal_.warn(std::string(wrong.what()) + "\nthe backup is compared with what lies beside it alone, and the " +
                   "check is not recorded in " + url_->display());
  }
}

void BackupChecking::open_target() {
  target_ = open_database(*url_, {.application = "drydock " + command_});
  state_ = History(*target_).read();
  TargetState known = state_;
  known.rows.clear();  // the folder is not looked at here
  check_identity(settings_.expectation(), known, *url_, true, {});
  hold_to_policy(settings_, state_, terminal_);
}

CheckedBackup BackupChecking::check(const std::filesystem::path& file, const BackupDemands& demands) {
  CheckRequest request;
  request.demands = demands;
  if (!request.demands.database_id && state_.stamp) request.demands.database_id = state_.stamp->database_id;
  request.proved_by = command_;
  request.restore = {.file = file,
                     .database = parameter(url_, "dbname"),
                     .database_id = request.demands.database_id,
                     .role = parameter(url_, "user"),
                     .binaries = settings_.config.binaries,
                     .shadow_directory = settings_.config.shadow_directory,
                     .say = [this](const std::string& line) { terminal_.progress(line); }};
  request.last = [this, &file](const std::string& id, const std::string& until) { return last(file, id, until); };
  return check_backup(request);
}

std::optional<BackupEvidence> BackupChecking::last(const std::filesystem::path& file, const std::string& database_id,
                                                   const std::string& until) {
  std::optional<BackupEvidence> newest = CheckRecord(file).newest(database_id, until);
  if (!target_) return newest;
  const std::optional<BackupEvidence> recorded = newest_evidence(*target_, until);
  if (recorded && (!newest || is_newer(*recorded, *newest))) newest = recorded;
  return newest ? newest : target_as_measure();
}

// For the first check alone, and only where the database is the same as it was: later ones have a better measure.
std::optional<BackupEvidence> BackupChecking::target_as_measure() {
  if (!target_) return std::nullopt;
  try {
    terminal_.progress("counting the rows of " + url_->display() + ", as no backup of it was proved before");
    const BackupContents contents = count_contents(*target_);
    BackupEvidence measure;
    measure.backup = url_->display();
    measure.taken_at = iso_of(now());
    measure.history = state_.fingerprint();
    measure.tables = static_cast<std::int64_t>(contents.tables.size());
    measure.rows = contents.rows();
    measure.contents = json_of(contents);
    return measure;
  } catch (const DatabaseError& error) {
    if (error.details().canceled) throw;
    terminal_.warn("the rows of " + url_->display() + " could not be counted: " + error.what());
    return std::nullopt;
  }
}

void BackupChecking::record(const std::filesystem::path& file, const BackupEvidence& evidence) const {
  record_check(file, evidence, target_ ? url_ : std::nullopt, terminal_);
}

void record_check(const std::filesystem::path& file, const BackupEvidence& evidence,
                  const std::optional<DatabaseUrl>& database, Terminal& terminal) {
  CheckRecord beside(file);
  if (!beside.add(evidence))
    terminal.warn("the check could not be recorded in " + beside.file().string() +
                  ": the next one cannot use it there");
  if (!database) return;
  try {
    const std::unique_ptr<Database> target = open_database(*database, {.application = "drydock backup"});
    History(*target).create();
    record_evidence(*target, evidence);
  } catch (const DatabaseError& error) {
    terminal.warn("the check could not be recorded in " + database->display() +
                  ", so that `migrate` knows nothing of it: " + error.what());
  }
}

}  // namespace drydock
