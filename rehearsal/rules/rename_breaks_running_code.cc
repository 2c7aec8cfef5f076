// While a deployment goes on, the code of before it still runs, and speaks of the old name. Where that name is there
// again at the end (a view, another table that takes its place), nothing breaks.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

bool table_comes_back(const RuleInput& input, std::size_t renamed) {
  const TableName& old = input.facts[renamed].object;
  for (std::size_t index = renamed + 1; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    const bool made = facts.kind == Kind::create_table || facts.kind == Kind::create_view;
    if (made && may_be_same(facts.object, old)) return true;
    if (facts.kind == Kind::rename_table && may_be_same({facts.object.schema, facts.new_name}, old)) return true;
  }
  return false;
}

bool column_comes_back(const RuleInput& input, std::size_t renamed) {
  const StatementFacts& old = input.facts[renamed];
  for (std::size_t index = renamed + 1; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (!may_be_same(facts.object, old.object)) continue;
    if (facts.kind == Kind::rename_column && is_same_word(facts.new_name, old.name)) return true;
    for (const AlterAction& action : facts.actions)
      if (action.kind == AlterAction::Kind::add_column && is_same_word(action.name, old.name)) return true;
  }
  return false;
}

void check_table(const RuleInput& input, std::size_t index, RuleFindings& findings) {
  const StatementFacts& facts = input.facts[index];
  // ALTER TABLE renames an index, too.
  if (input.known.is_index(facts.object, input.first + index) || table_comes_back(input, index)) return;
  // The end of a rebuild that began in an earlier file: the name that code knows is the new one.
  if (input.known.is_gone({facts.object.schema, facts.new_name}, input.first + index)) return;
  findings.add(index, facts.object,
               "Code that still runs while this is deployed speaks of " + facts.object.text() +
                   ", and fails as soon as it is called " + facts.new_name + ".",
               input.dialect == Dialect::postgres
                   ? "In the same transaction CREATE VIEW " + facts.object.text() + " AS SELECT * FROM " +
                         facts.new_name + ", which can be written to as well; drop it in a later deployment."
                   : "Rename it while no older code runs, or let code speak of a new table first.");
}

void check_column(const RuleInput& input, std::size_t index, RuleFindings& findings) {
  const StatementFacts& facts = input.facts[index];
  if (input.known.is_new_column(facts.object, facts.name, input.first + index)) return;
  if (is_same_word(facts.name, facts.new_name) || column_comes_back(input, index)) return;
  findings.add(index, facts.object, facts.name,
               "Code that still runs while this is deployed speaks of " + facts.object.text() + "." + facts.name +
                   ", and fails as soon as it is called " + facts.new_name + ".",
               "Add " + facts.new_name + " beside it, write both, fill it, let code read it; drop " + facts.name +
                   " in a later deployment.");
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (input.is_new(facts.object, index)) continue;
    if (facts.kind == Kind::rename_table) check_table(input, index, findings);
    if (facts.kind == Kind::rename_column) check_column(input, index, findings);
  }
}

}  // namespace

const Rule rename_breaks_running_code = {"rename-breaks-running-code", FindingLevel::warning, Rule::Speaks::both,
                                         "a table or a column gets another name, and running code knows the old one",
                                         check};

}  // namespace drydock
