#include "runner/identity/policy.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

namespace drydock {
namespace {

using Milliseconds = std::chrono::milliseconds;

constexpr std::array<std::pair<RehearsalPolicy, std::string_view>, 4> rehearsal_words = {
    {{RehearsalPolicy::required, "required"},
     {RehearsalPolicy::receipt, "receipt"},
     {RehearsalPolicy::if_possible, "if-possible"},
     {RehearsalPolicy::guard, "guard"}}};

// In the largest unit that leaves no rest: "1d", "36h".
std::string age_words(const std::optional<Milliseconds>& age) {
  if (!age) return "none";
  constexpr std::array<std::pair<std::int64_t, const char*>, 4> units = {
      {{86'400'000, "d"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}}};
  for (const auto& [size, name] : units)
    if (age->count() % size == 0) return std::to_string(age->count() / size) + name;
  return std::to_string(age->count()) + "ms";
}

std::string share_words(const std::optional<int>& share) { return share ? std::to_string(*share) + "%" : "none"; }

std::string truth(bool value) { return value ? "true" : "false"; }

// Of two limits that may be missing, the one that is asked for with more weight: a missing one asks for nothing.
template <typename Limit, typename Stricter>
std::optional<Limit> stricter_limit(const std::optional<Limit>& one, const std::optional<Limit>& other,
                                    const Stricter& stricter) {
  if (!one || !other) return one ? one : other;
  return stricter(*one, *other) ? one : other;
}

}  // namespace

std::string_view to_string(RehearsalPolicy policy) {
  for (const auto& [each, word] : rehearsal_words)
    if (each == policy) return word;
  return "";
}

std::optional<RehearsalPolicy> rehearsal_policy_named(std::string_view word) {
  for (const auto& [policy, name] : rehearsal_words)
    if (name == word) return policy;
  return std::nullopt;
}

Policy stricter_of(const Policy& one, const Policy& other) {
  return {.is_protected = one.is_protected || other.is_protected,
          .rehearsal = std::min(one.rehearsal, other.rehearsal),
          .backup = {.max_age = stricter_limit(one.backup.max_age, other.backup.max_age, std::less<>()),
                     .min_rows = stricter_limit(one.backup.min_rows, other.backup.min_rows, std::greater<>())}};
}

std::vector<WeakerSetting> weaker_settings(const Policy& asked, const Policy& minimum) {
  const Policy both = stricter_of(asked, minimum);
  std::vector<WeakerSetting> weaker;
  const auto note = [&](bool differs, const char* key, std::string less, std::string more) {
    if (differs) weaker.push_back({key, std::move(less), std::move(more)});
  };
  note(both.is_protected != asked.is_protected, "protected", truth(asked.is_protected), truth(both.is_protected));
  note(both.rehearsal != asked.rehearsal, "rehearsal", std::string(to_string(asked.rehearsal)),
       std::string(to_string(both.rehearsal)));
  note(both.backup.max_age != asked.backup.max_age, "policy.backup.max_age", age_words(asked.backup.max_age),
       age_words(both.backup.max_age));
  note(both.backup.min_rows != asked.backup.min_rows, "policy.backup.min_rows", share_words(asked.backup.min_rows),
       share_words(both.backup.min_rows));
  return weaker;
}

std::string describe(const Policy& policy) {
  std::string text = (policy.is_protected ? "protected" : "not protected") +
                     (", rehearsal " + std::string(to_string(policy.rehearsal)));
  if (policy.backup.max_age) text += ", backup max_age " + age_words(policy.backup.max_age);
  if (policy.backup.min_rows) text += ", backup min_rows " + share_words(policy.backup.min_rows);
  return text;
}

}  // namespace drydock
