// What may be asked at least of a run on a database: its policy. drydock.toml asks for one, and the stamp in the
// database may hold a minimum, which the file can tighten and not undercut: the change that drops a table can edit the
// file as well. Plain values, compared setting by setting.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

// environments.NAME.rehearsal, the strictest first.
enum class RehearsalPolicy {
  required,     // a shadow, or exit 7
  receipt,      // a receipt of an earlier rehearsal, never a shadow
  if_possible,  // a shadow where one can be made, else the guard alone
  guard,        // the guard alone
};

// As drydock.toml spells it.
std::string_view to_string(RehearsalPolicy policy);
std::optional<RehearsalPolicy> rehearsal_policy_named(std::string_view word);

// [policy] backup: without evidence that is as fresh, consented losses are refused.
struct BackupPolicy {
  std::optional<std::chrono::milliseconds> max_age;
  std::optional<int> min_rows;  // per cent
  bool asks_for_evidence() const { return max_age || min_rows; }
  bool operator==(const BackupPolicy&) const = default;
};

struct Policy {
  bool is_protected = false;  // environments.NAME.protected
  RehearsalPolicy rehearsal = RehearsalPolicy::required;
  BackupPolicy backup;
  bool operator==(const Policy&) const = default;
};

// A setting in which one policy asks for less than another, in words: {"rehearsal", "guard", "required"}.
struct WeakerSetting {
  std::string key, asked, minimum;
};

// Setting by setting the stricter of the two.
Policy stricter_of(const Policy& one, const Policy& other);
// The settings in which `asked` asks for less than `minimum`; empty where it asks for as much or more.
std::vector<WeakerSetting> weaker_settings(const Policy& asked, const Policy& minimum);

// "protected, rehearsal required, backup max_age 1d, backup min_rows 90%"
std::string describe(const Policy& policy);

}  // namespace drydock
