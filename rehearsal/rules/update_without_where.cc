// Every row is written. That may be meant: then WHERE true says so. A column that the same deployment added has to be
// filled in every row, and nobody forgot anything.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>

namespace drydock {
namespace {

bool fills_new_columns(const RuleInput& input, std::size_t index) {
  const StatementFacts& facts = input.facts[index];
  return !facts.set_columns.empty() && std::ranges::all_of(facts.set_columns, [&](const std::string& column) {
    return input.known.is_new_column(facts.object, column, input.first + index);
  });
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::update || facts.bounded) continue;
    if (input.is_new(facts.object, index) || fills_new_columns(input, index)) continue;
    findings.add(index, facts.object,
                 "UPDATE without WHERE changes every row of " + facts.object.text() +
                     (input.dialect == Dialect::postgres
                          ? " in one transaction: all of them stay locked until it ends, and each leaves a dead one."
                          : " in one transaction, and nobody else can write meanwhile."),
                 "Say by WHERE which rows have to change, so that one that is right already is left alone, and go in "
                 "batches where they are many; WHERE true says that all of them are meant.");
  }
}

}  // namespace

const Rule update_without_where = {"update-without-where", FindingLevel::note, Rule::Speaks::both,
                                   "an UPDATE changes every row of a table", check};

}  // namespace drydock
