// What is lost with a column the rehearsal counts. This is about the code of before the deployment, which may still
// name it.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

bool comes_back(const RuleInput& input, std::size_t dropped, const TableName& table, const std::string& column) {
  for (std::size_t index = dropped; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (!may_be_same(facts.object, table)) continue;
    if (facts.kind == StatementFacts::Kind::rename_column && is_same_word(facts.new_name, column)) return true;
    for (const AlterAction& action : facts.actions)
      if (action.kind == AlterAction::Kind::add_column && is_same_word(action.name, column)) return true;
  }
  return false;
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(input, AlterAction::Kind::drop_column,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                if (input.known.is_new_column(table, action.name, input.first + index)) return;
                if (comes_back(input, index, table, action.name)) return;
                findings.add(index, table, action.name,
                             "Code that still runs while this is deployed may name " + table.text() + "." +
                                 action.name + ", and fails then.",
                             "Deploy code that no longer names it first, and drop the column in the deployment after "
                             "that.");
              });
}

}  // namespace

const Rule column_dropped_under_running_code = {"column-dropped-under-running-code", FindingLevel::note,
                                                Rule::Speaks::both, "a column goes that running code may still name",
                                                check};

}  // namespace drydock
