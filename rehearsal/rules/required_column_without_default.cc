// Both servers refuse it as soon as there is one row, which would hold no value.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

bool fills_itself(const ColumnFacts& column) {
  return column.has_default || column.identity || column.generated ||
         column.type.name.find("serial") != std::string::npos;
}

bool is_emptied_before(const RuleInput& input, std::size_t index, const TableName& table) {
  for (std::size_t before = 0; before < index; ++before) {
    const StatementFacts& facts = input.facts[before];
    if (facts.kind == StatementFacts::Kind::remove && !facts.bounded && may_be_same(facts.object, table)) return true;
    if (facts.kind != StatementFacts::Kind::truncate) continue;
    for (const TableName& emptied : facts.objects)
      if (may_be_same(emptied, table)) return true;
  }
  return false;
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(
      input, AlterAction::Kind::add_column, [&](std::size_t index, const TableName& table, const AlterAction& action) {
        if (!action.column.not_null || fills_itself(action.column)) return;
        // It went well in a rehearsal: the table is empty, or the type has a default of its own.
        if (input.measured.ran(input.line(index)) || is_emptied_before(input, index, table)) return;
        findings.add(index, table, action.name,
                     "ADD COLUMN ... NOT NULL without a default fails if " + table.text() + " holds a row.",
                     input.dialect == Dialect::sqlite
                         ? "Give it a constant DEFAULT, or make the table anew with the column filled."
                         : "Give it a DEFAULT (one value for all rows is not written into them, from PostgreSQL "
                           "11 on); or add it without NOT NULL, fill it, and require it then.");
      });
}

}  // namespace

const Rule required_column_without_default = {"required-column-without-default", FindingLevel::error,
                                              Rule::Speaks::both, "a new column is NOT NULL and has no default", check};

}  // namespace drydock
