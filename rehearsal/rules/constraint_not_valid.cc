// A FOREIGN KEY or a CHECK reads the whole table when it is added. NOT VALID leaves that to VALIDATE CONSTRAINT, which
// lets rows be read and written; but not in the transaction that still holds the lock of the ADD.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

using Kind = ConstraintFacts::Kind;

std::string how_to(const TableName& table, const std::string& name) {
  return "Add it NOT VALID, and behind a COMMIT, or in the next file: ALTER TABLE " + table.text() +
         " VALIDATE CONSTRAINT " + (name.empty() ? "..." : name) + ", which lets rows be read and written.";
}

std::string lock_of(const ConstraintFacts& constraint, const TableName& table) {
  if (constraint.kind == Kind::check)
    return " reads all of " + table.text() + " while it is locked against reads and writes (ACCESS EXCLUSIVE).";
  return " reads all of " + table.text() + " while it and " + constraint.references.text() +
         " are locked against writes (SHARE ROW EXCLUSIVE).";
}

void check_added(const RuleInput& input, RuleFindings& findings) {
  each_action(input, AlterAction::Kind::add_constraint,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                const ConstraintFacts& constraint = action.constraint;
                const bool foreign_key = constraint.kind == Kind::foreign_key;
                if (constraint.not_valid || (!foreign_key && constraint.kind != Kind::check)) return;
                // Of a partitioned table no foreign key can be NOT VALID.
                if (foreign_key && input.known.is_partitioned(table, input.first + index)) return;
                findings.add(index, table,
                             std::string(foreign_key ? "ADD FOREIGN KEY" : "ADD CHECK") + lock_of(constraint, table),
                             how_to(table, constraint.name));
              });
}

// The server trusts a foreign key of a new column that is NULL everywhere. A CHECK it always looks at.
void check_of_column(const RuleInput& input, RuleFindings& findings) {
  each_action(
      input, AlterAction::Kind::add_column, [&](std::size_t index, const TableName& table, const AlterAction& action) {
        for (const ConstraintFacts& constraint : action.column.constraints) {
          const bool reads =
              constraint.kind == Kind::check || (constraint.kind == Kind::foreign_key && action.column.has_default);
          if (!reads) continue;
          findings.add(index, table, action.name,
                       "ADD COLUMN with " +
                           std::string(constraint.kind == Kind::check ? "a CHECK" : "a default and a FOREIGN KEY") +
                           lock_of(constraint, table),
                       "Add the column without it, and the constraint by itself. " + how_to(table, constraint.name));
        }
      });
}

// The ADD ... NOT VALID of the same constraint before it in its transaction, if it stands there.
const std::size_t* adding_of(const RuleInput& input, const Part& part, std::size_t validating,
                             const std::string& name) {
  for (const std::size_t& before : part.statements) {
    if (before >= validating) break;
    if (!may_be_same(input.facts[before].object, input.facts[validating].object)) continue;
    for (const AlterAction& action : input.facts[before].actions)
      if (action.kind == AlterAction::Kind::add_constraint && action.name == name) return &before;
  }
  return nullptr;
}

void check_validated(const RuleInput& input, RuleFindings& findings) {
  for (const Part& part : input.parts)
    for (const std::size_t index : part.statements) {
      if (input.is_new(input.facts[index].object, index)) continue;
      for (const AlterAction& action : input.facts[index].actions) {
        if (action.kind != AlterAction::Kind::validate_constraint) continue;
        const std::size_t* added = adding_of(input, part, index, action.name);
        if (added == nullptr) continue;
        findings.add(index, input.facts[index].object,
                     "VALIDATE CONSTRAINT reads all of " + input.facts[index].object.text() +
                         " while the transaction still holds the lock of the ADD CONSTRAINT in line " +
                         std::to_string(input.line(*added)) + ".",
                     "Put COMMIT; BEGIN; between them, or VALIDATE in the next file.");
      }
    }
}

void check(const RuleInput& input, RuleFindings& findings) {
  check_added(input, findings);
  check_of_column(input, findings);
  check_validated(input, findings);
}

}  // namespace

const Rule constraint_not_valid = {"constraint-not-valid", FindingLevel::warning, Rule::Speaks::postgres,
                                   "a FOREIGN KEY or a CHECK is proved while its table is locked", check};

}  // namespace drydock
