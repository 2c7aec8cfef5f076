// An ALTER TABLE that is done in a moment keeps its ACCESS EXCLUSIVE to the end of the transaction: rows that are
// changed behind it in the same transaction are changed while nobody else can read the table.
#include "rehearsal/rules/all_rules.h"

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

bool changes_rows(const StatementFacts& facts) {
  const bool changes = facts.kind == Kind::update || facts.kind == Kind::remove || facts.kind == Kind::insert_selected;
  return changes && !facts.by_id;
}

bool locks(const StatementFacts& facts, const TableName& table) {
  if (facts.lock != TableLock::access_exclusive) return false;
  const bool alters = facts.kind == Kind::alter_table || facts.kind == Kind::rename_column;
  return alters && may_be_same(facts.object, table);
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (const Part& part : input.parts) {
    for (std::size_t place = 1; place < part.statements.size(); ++place) {
      const std::size_t index = part.statements[place];
      const StatementFacts& facts = input.facts[index];
      if (!changes_rows(facts) || input.is_new(facts.object, index)) continue;
      for (std::size_t before = 0; before < place; ++before) {
        if (!locks(input.facts[part.statements[before]], facts.object)) continue;
        findings.add(index, facts.object,
                     "Rows of " + facts.object.text() + " are changed while the lock of the ALTER TABLE in line " +
                         std::to_string(input.line(part.statements[before])) +
                         " is held (ACCESS EXCLUSIVE): nobody can read the table until the transaction ends.",
                     "Put COMMIT; BEGIN; between them, or change the rows in the next file; in batches where they are "
                     "many.");
        break;
      }
    }
  }
}

}  // namespace

const Rule backfill_under_strong_lock = {"backfill-under-strong-lock", FindingLevel::warning, Rule::Speaks::postgres,
                                         "rows are changed while an ALTER TABLE of the same transaction locks them",
                                         check};

}  // namespace drydock
