// What code scanning shows beside a result: what its rule is about, and what to do about any result of it.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

struct SarifRule {
  std::string_view id;
  std::string_view about;   // one sentence
  std::string_view remedy;  // what to do
};

inline constexpr std::string_view migration_failed_rule = "migration-failed";
inline constexpr std::string_view unused_consent_rule = "unused-consent";
inline constexpr std::string_view vacuous_shadow_rule = "vacuous-shadow";

// nullptr for a finding whose rule has no words of its own here.
const SarifRule* sarif_rule(std::string_view id);

// "Index not concurrent", of such a rule.
std::string sentence_of_rule(std::string_view id);

}  // namespace drydock
