#include "runner/cli/known_names.h"

#include <algorithm>

namespace drydock {

KnownNames::KnownNames(const Census& source, const Plan& plan) : plan_(plan) {
  for (const auto& [table, rows] : source.rows_by_table) names_.insert(table);
}

bool KnownNames::known(const std::string& name) const {
  if (names_.contains(name)) return true;
  const std::string last = name.substr(name.rfind('.') + 1);
  return std::ranges::any_of(plan_.steps, [&](const Step& step) {
    return std::ranges::any_of(step.migration.statements, [&](const Statement& statement) {
      return !statement.traits.runs_code && statement.text.find(last) != std::string::npos;
    });
  });
}

}  // namespace drydock
