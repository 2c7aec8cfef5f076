// Every row goes. What is lost by it the rehearsal counts; this is about a WHERE that was forgotten.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

// A table that is filled anew behind it has not been forgotten.
bool is_filled_again(const RuleInput& input, std::size_t emptied) {
  for (std::size_t index = emptied + 1; index < input.facts.size(); ++index)
    if (input.facts[index].kind == StatementFacts::Kind::insert_selected &&
        may_be_same(input.facts[index].object, input.facts[emptied].object))
      return true;
  return false;
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::remove || facts.bounded || input.is_new(facts.object, index)) continue;
    if (is_filled_again(input, index)) continue;
    findings.add(index, facts.object, "DELETE without WHERE takes every row of " + facts.object.text() + ".",
                 "Say by WHERE which rows have to go; WHERE true says that all of them are meant.");
  }
}

}  // namespace

const Rule delete_without_where = {"delete-without-where", FindingLevel::warning, Rule::Speaks::both,
                                   "a DELETE takes every row of a table", check};

}  // namespace drydock
