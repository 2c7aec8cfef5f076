// UNIQUE and PRIMARY KEY build their index under ACCESS EXCLUSIVE, unless one that was built beside the traffic is
// given to them.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

using Kind = ConstraintFacts::Kind;

void add(const RuleInput& input, std::size_t index, const TableName& table, const ConstraintFacts& constraint,
         RuleFindings& findings) {
  const bool key = constraint.kind == Kind::primary_key;
  if ((!key && constraint.kind != Kind::unique) || !constraint.using_index.empty()) return;
  // A partitioned table takes no index of its partitions for a constraint.
  if (input.known.is_partitioned(table, input.first + index)) return;
  const std::string word = key ? "PRIMARY KEY" : "UNIQUE";
  findings.add(
      index, table,
      word + " builds its index while " + table.text() + " is locked against reads and writes (ACCESS EXCLUSIVE).",
      "First CREATE UNIQUE INDEX CONCURRENTLY, then ALTER TABLE " + table.text() + " ADD CONSTRAINT ... " + word +
          " USING INDEX ..." + (key ? " (its columns are NOT NULL by then, or the table is read for it)." : "."));
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(input, AlterAction::Kind::add_constraint,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                add(input, index, table, action.constraint, findings);
              });
  each_action(input, AlterAction::Kind::add_column,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                for (const ConstraintFacts& constraint : action.column.constraints)
                  add(input, index, table, constraint, findings);
              });
}

}  // namespace

const Rule unique_constraint_builds_index = {"unique-constraint-builds-index", FindingLevel::warning,
                                             Rule::Speaks::postgres,
                                             "UNIQUE or PRIMARY KEY builds an index while its table is locked", check};

}  // namespace drydock
