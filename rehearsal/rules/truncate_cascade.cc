// CASCADE empties every table that refers to the named ones, and those that refer to these: tables that the migration
// does not name, and of which somebody may have added one since it was written.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>

namespace drydock {
namespace {

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::truncate || !facts.cascade) continue;
    const auto old =
        std::ranges::find_if(facts.objects, [&](const TableName& table) { return !input.is_new(table, index); });
    if (old == facts.objects.end()) continue;
    findings.add(index, *old,
                 "TRUNCATE ... CASCADE also empties every table with a foreign key to " + old->text() +
                     ", and those behind them, whether ON DELETE would or not.",
                 "Name all tables that are meant: TRUNCATE a, b, c fails where another one refers to them.");
  }
}

}  // namespace

const Rule truncate_cascade = {"truncate-cascade", FindingLevel::warning, Rule::Speaks::postgres,
                               "TRUNCATE ... CASCADE empties tables that are not named", check};

}  // namespace drydock
