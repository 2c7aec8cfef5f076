#include "runner/cli/stamping_policy.h"

#include <nlohmann/json.hpp>

#include "runner/cli/exit_code.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/runner_name.h"

namespace drydock {
namespace {

Policy policy_in_file(const Settings& settings) {
  Settings now = settings;
  if (const std::optional<std::string> text = read_config_text(settings.config_path))
    now.config = parse_config(*text, settings.config_path, settings.variables);
  now.target = environment_of(now.config, settings.environment);
  return policy_of(now);
}

// "rehearsal required -> guard, protected true -> false"; "" where nothing is asked for less.
std::string loosened(const Policy& before, const Policy& now) {
  std::string text;
  for (const WeakerSetting& each : weaker_settings(now, before))
    text += (text.empty() ? "" : ", ") + each.key + " " + each.minimum + " -> " + each.asked;
  return text;
}

}  // namespace

StampedPolicy stamp_policy(Database& database, const Settings& settings, Loosening loosening) {
  const std::optional<RecordedPolicy> before = History(database).read().policy;
  StampedPolicy stamped{before ? std::optional(before->policy) : std::nullopt, policy_in_file(settings)};
  const std::string less = before ? loosened(before->policy, stamped.now) : std::string();
  if (!less.empty() && loosening == Loosening::no)
    throw Failure(ExitCode::usage,
                  settings.config_path.string() + " asks for less than the policy in the stamp of " +
                      database.url().display() + ": " + less +
                      "; the policy was not changed. Put the file right, or, where less is meant, run `drydock init "
                      "--policy --loosen --environment " +
                      settings.environment + "`");
  if (before && before->policy == stamped.now) return stamped;
  const NewPolicy next{stamped.now, before ? before->number + 1 : 1, less, runner_name()};
  if (!record_policy(database, next))
    throw Failure(ExitCode::conflict, "somebody else has written a policy into the stamp of " +
                                          database.url().display() +
                                          " meanwhile; this run changed none. Run `drydock init --policy` again");
  return stamped;
}

std::string text_of(const StampedPolicy& stamped) {
  if (stamped.before == stamped.now) return "the policy in the stamp stays as it is: " + describe(stamped.now);
  if (!stamped.before) return "the stamp asks at least for: " + describe(stamped.now);
  const std::string less = loosened(*stamped.before, stamped.now);
  return "the policy in the stamp: " + describe(*stamped.before) + " -> " + describe(stamped.now) +
         (less.empty() ? "" : "\nloosened, which is recorded: " + less);
}

nlohmann::ordered_json json_of(const StampedPolicy& stamped) {
  nlohmann::ordered_json json = policy_json(stamped.now);
  json["before"] = stamped.before ? policy_json(*stamped.before) : nlohmann::ordered_json(nullptr);
  json["loosened"] = stamped.before ? loosened(*stamped.before, stamped.now) : std::string();
  return json;
}

}  // namespace drydock
