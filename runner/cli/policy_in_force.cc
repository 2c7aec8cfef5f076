#include "runner/cli/policy_in_force.h"

#include <nlohmann/json.hpp>

#include "runner/cli/exit_code.h"

namespace drydock {

Policy policy_of(const Settings& settings) {
  return {.is_protected = settings.target.is_protected,
          .rehearsal = settings.target.rehearsal,
          .backup = settings.config.backup_policy};
}

void hold_to_policy(Settings& settings, const TargetState& target, Terminal& terminal) {
  if (!target.policy) return;
  const Policy asked = policy_of(settings), &minimum = target.policy->policy;
  const std::vector<WeakerSetting> weaker = weaker_settings(asked, minimum);
  if (weaker.empty()) return;
  std::string taken;
  for (const WeakerSetting& each : weaker)
    taken += (taken.empty() ? "" : ", ") + each.key + " " + each.minimum + " (not " + each.asked + ")";
  terminal.warn(settings.config_path.string() + " asks for less than the policy in the stamp of the database, which " +
                "counts: " + taken);
  const Policy counts = stricter_of(asked, minimum);
  settings.target.is_protected = counts.is_protected;
  settings.target.rehearsal = counts.rehearsal;
  settings.config.backup_policy = counts.backup;
}

void require_policy_is_held(const Settings& settings, const TargetState& target) {
  if (!target.policy || weaker_settings(policy_of(settings), target.policy->policy).empty()) return;
  throw Failure(ExitCode::conflict,
                "the policy in the stamp of the database was tightened since this run began, so that the run may have "
                "proved too little; it changed nothing. Run the command again");
}

nlohmann::ordered_json policy_json(const Policy& policy) {
  nlohmann::ordered_json json{{"protected", policy.is_protected},
                              {"rehearsal", to_string(policy.rehearsal)},
                              {"backup", {{"max_age_seconds", nullptr}, {"min_rows", nullptr}}}};
  if (policy.backup.max_age)
    json["backup"]["max_age_seconds"] =
        std::chrono::duration_cast<std::chrono::seconds>(*policy.backup.max_age).count();
  if (policy.backup.min_rows) json["backup"]["min_rows"] = *policy.backup.min_rows;
  return json;
}

void require_rehearsal_may_be_left_out(bool no_rehearsal, const Settings& settings) {
  if (no_rehearsal && settings.target.is_protected)
    throw Failure(ExitCode::usage,
                  "the environment " + settings.environment + " is protected: --no-rehearsal is refused");
}

}  // namespace drydock
