// SET NOT NULL reads the table under ACCESS EXCLUSIVE. From version 12 on it does not, where a valid CHECK (c IS NOT
// NULL) proves it: the check is added NOT VALID, validated beside the traffic, used, and dropped.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

// The check may have been made in a file that is not read here. Then the file shows it: it validates a constraint of
// the table first, or drops one behind.
bool follows_the_way(const RuleInput& input, std::size_t at, const TableName& table) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    if (!may_be_same(input.facts[index].object, table)) continue;
    for (const AlterAction& action : input.facts[index].actions) {
      if (index <= at && action.kind == AlterAction::Kind::validate_constraint) return true;
      if (index >= at && action.kind == AlterAction::Kind::drop_constraint) return true;
    }
  }
  return false;
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(input, AlterAction::Kind::set_not_null,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                if (input.known.proves_not_null(table, action.name, input.first + index)) return;
                if (follows_the_way(input, index, table)) return;
                findings.add(index, table, action.name,
                             "SET NOT NULL reads all of " + table.text() +
                                 " while it is locked against reads and writes (ACCESS EXCLUSIVE).",
                             "Add CHECK (" + action.name +
                                 " IS NOT NULL) NOT VALID, behind a COMMIT VALIDATE it, behind another SET NOT NULL, "
                                 "which trusts the check (PostgreSQL 12 and later), and drop the check.");
              });
}

}  // namespace

const Rule set_not_null_scans = {"set-not-null-scans", FindingLevel::warning, Rule::Speaks::postgres,
                                 "SET NOT NULL reads the table while it is locked", check};

}  // namespace drydock
