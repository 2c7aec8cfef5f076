// CREATE INDEX takes SHARE on its table: rows are read, and none is written, until the index is built.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    // ON ONLY is how an index of a partitioned table begins: empty, and at once.
    const bool builds = facts.kind == StatementFacts::Kind::create_index && !facts.concurrently && !facts.only;
    if (!builds || input.is_new(facts.object, index)) continue;
    const std::string table = facts.object.text();
    findings.add(index, facts.object,
                 "CREATE INDEX locks " + table + " against every write (SHARE) until the index is built.",
                 input.known.is_partitioned(facts.object, input.first + index)
                     ? "Create it ON ONLY " + table +
                           ", build one on each partition by CREATE INDEX CONCURRENTLY, and ALTER INDEX ... ATTACH "
                           "PARTITION them."
                     : "Write CREATE INDEX CONCURRENTLY: drydock runs it outside of a transaction by itself, and looks "
                       "whether the index is valid.");
  }
}

}  // namespace

const Rule index_not_concurrent = {"index-not-concurrent", FindingLevel::warning, Rule::Speaks::postgres,
                                   "an index is built while its table is locked against writes", check};

}  // namespace drydock
