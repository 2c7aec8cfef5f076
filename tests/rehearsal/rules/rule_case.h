// One migration and what one rule finds in it.
#pragma once

#include <string>
#include <vector>

#include "runner/sql/dialect.h"

namespace drydock {

struct RuleCase {
  std::string rule, sql;
  std::string expected;      // "3 users.email", one a line; "" for nothing
  std::string earlier = {};  // a migration that was deployed long before
};

// The ones of the lists below, each with its dialect.
const std::vector<RuleCase>& postgres_lock_cases();
const std::vector<RuleCase>& postgres_other_cases();
const std::vector<RuleCase>& sqlite_cases();

}  // namespace drydock
