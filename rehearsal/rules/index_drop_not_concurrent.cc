// DROP INDEX takes ACCESS EXCLUSIVE on the index and on its table. It is quick once it has the lock: what hurts is the
// wait for the queries before it, while all that come later wait behind it.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>

namespace drydock {
namespace {

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::drop_index || facts.concurrently) continue;
    const auto old = std::ranges::find_if(
        facts.objects, [&](const TableName& name) { return !input.known.is_new_index(name, input.first + index); });
    if (old == facts.objects.end()) continue;
    findings.add(index, *old,
                 "DROP INDEX locks the table of " + old->text() +
                     " against reads and writes (ACCESS EXCLUSIVE): it waits for every query that uses the table, and "
                     "all later ones wait behind it.",
                 "Write DROP INDEX CONCURRENTLY, one index a statement: drydock runs it outside of a transaction by "
                 "itself.");
  }
}

}  // namespace

const Rule index_drop_not_concurrent = {"index-drop-not-concurrent", FindingLevel::warning, Rule::Speaks::postgres,
                                        "an index is dropped while its table is locked", check};

}  // namespace drydock
