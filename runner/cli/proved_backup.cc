#include "runner/cli/proved_backup.h"

#include "rehearsal/backup/moment.h"
#include "runner/cli/exit_code.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

std::chrono::seconds age_of(const std::string& taken_at) { return now() - moment_of(taken_at).value_or(Moment()); }

std::optional<ProvedBackup> newest_of(const KnownEvidence& evidence) {
  if (evidence.kept) return ProvedBackup{evidence.kept->taken_at, evidence.kept->proved_at, evidence.kept->rows};
  return evidence.recorded;
}

// What the policy finds wrong; "" where nothing is.
std::string lacking(const BackupPolicy& policy, const KnownEvidence& evidence) {
  const std::optional<ProvedBackup> backup = newest_of(evidence);
  if (!backup) return "no backup of it was ever proved";
  const std::chrono::seconds age = age_of(backup->taken_at);
  if (policy.max_age && age > *policy.max_age)
    return "its last proved backup is " + age_text(age) + " old, and policy.backup.max_age is " +
           age_text(std::chrono::duration_cast<std::chrono::seconds>(*policy.max_age));
  if (policy.min_rows && evidence.source_rows && backup->rows * 100 < *evidence.source_rows * *policy.min_rows)
    return "its last proved backup holds " + count_of(backup->rows, "row") + ", less than " +
           std::to_string(*policy.min_rows) + "% of the " + count_of(*evidence.source_rows, "row") +
           " that are there now (policy.backup.min_rows)";
  return {};
}

}  // namespace

std::string last_proved_backup(const TargetState& target) {
  return target.backup ? age_text(age_of(target.backup->taken_at)) + " old" : "none";
}

std::optional<std::string> proved_backup_line(const TargetState& target, const Settings& settings) {
  const ConfigFile& file = settings.config;
  const bool wanted = file.backup_policy.asks_for_evidence() || file.backup.folder || file.backup.command;
  if (!target.backup && !wanted) return std::nullopt;
  return "last proved backup: " + last_proved_backup(target) +
         (target.backup ? " (of " + target.backup->taken_at + ", proved " + target.backup->proved_at + ")"
                        : "; `drydock drill` proves the newest");
}

nlohmann::ordered_json proved_backup_json(const TargetState& target, const std::optional<BackupEvidence>& kept) {
  const std::optional<ProvedBackup> backup = newest_of({target.backup, kept, std::nullopt});
  if (!backup) return nullptr;
  return {{"taken_at", backup->taken_at},
          {"proved_at", backup->proved_at},
          {"age_seconds", age_of(backup->taken_at).count()},
          {"rows", backup->rows}};
}

std::string consents_in(const Plan& plan) {
  for (const Step& step : plan.steps)
    if (step.action == Step::Action::run && !step.migration.directives.consents.empty())
      return step.migration.id() + " consents to a loss";
  return {};
}

void require_backup_evidence(const std::string& why, const Settings& settings, const KnownEvidence& evidence) {
  const BackupPolicy& policy = settings.config.backup_policy;
  if (!policy.asks_for_evidence()) return;
  const std::string reason = lacking(policy, evidence);
  if (reason.empty()) return;
  throw Failure(ExitCode::cannot_rehearse,
                why + ", and what it loses is not proved to be in a backup: " + reason +
                    "; nothing was changed. Prove one by `drydock drill` or `drydock backup check FILE`, or make one "
                    "that is proved by the rehearsal: `drydock migrate --keep-backup DIR`");
}

}  // namespace drydock
