// Both servers refuse it as soon as there is one row, which would hold no value.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

bool fills_itself(const ColumnFacts& column) {
  return column.has_default || column.identity || column.generated ||
         column.type.name.find("serial") != std::string::npos;
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(
      input, AlterAction::Kind::add_column, [&](std::size_t index, const TableName& table, const AlterAction& action) {
        // It went well in a rehearsal: the table is empty, or the type has a default of its own.
        if (!action.column.not_null || fills_itself(action.column) || input.measured.ran(input.line(index))) return;
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
