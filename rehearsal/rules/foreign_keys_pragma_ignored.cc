// Inside a transaction PRAGMA foreign_keys does nothing, so drydock does not send it: they are off while a migration
// runs, and the directive switches them on. OFF, and ON at the end, is what happens anyway; ON ahead of other
// statements is not.
#include <algorithm>

#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

bool is_the_end(const RuleInput& input, std::size_t index) {
  return std::all_of(input.migration.statements.begin() + static_cast<std::ptrdiff_t>(index),
                     input.migration.statements.end(), [](const Statement& statement) {
                       return statement.traits.not_sent || statement.traits.control == TransactionControl::commit;
                     });
}

void check(const RuleInput& input, RuleFindings& findings) {
  const bool on = input.migration.directives.foreign_keys_on;
  bool switched_off = false;
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::pragma_foreign_keys) continue;
    const bool contradicts = facts.switches_on ? !on && !switched_off && !is_the_end(input, index) : on;
    switched_off = !facts.switches_on;
    if (!contradicts) continue;
    findings.add(index, {"", "foreign_keys"},
                 std::string("This PRAGMA is not sent: foreign keys are ") +
                     (on ? "on while the migration runs, as its directive says."
                         : "off while the migration runs, and ON DELETE does nothing in it."),
                 on ? "Take the directive out, or the PRAGMA."
                    : "Write -- drydock:foreign-keys on ahead of the first statement, or take the PRAGMA out.");
  }
}

}  // namespace

const Rule foreign_keys_pragma_ignored = {"foreign-keys-pragma-ignored", FindingLevel::warning, Rule::Speaks::sqlite,
                                          "PRAGMA foreign_keys says another thing than what is done", check};

}  // namespace drydock
