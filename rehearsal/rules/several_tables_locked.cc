// Each ACCESS EXCLUSIVE is kept until the transaction ends. With two of them, whoever uses the tables in the other
// order is in a deadlock with the migration, and a wait for the second is a wait in which nobody can read the first.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

bool locks_all(const StatementFacts& facts) {
  const bool by_kind = facts.kind == Kind::alter_table || facts.kind == Kind::rename_table ||
                       facts.kind == Kind::rename_column || facts.kind == Kind::truncate;
  return by_kind && facts.lock == TableLock::access_exclusive;
}

std::vector<TableName> locked_by(const StatementFacts& facts) {
  return facts.objects.empty() ? std::vector<TableName>{facts.object} : facts.objects;
}

// Statements, each with a table that is locked there first.
std::vector<std::pair<std::size_t, TableName>> locked_in(const RuleInput& input, const Part& part) {
  std::vector<std::pair<std::size_t, TableName>> locked;
  for (const std::size_t index : part.statements) {
    if (!locks_all(input.facts[index])) continue;
    for (const TableName& table : locked_by(input.facts[index])) {
      const bool seen = std::ranges::any_of(locked, [&](const auto& each) { return may_be_same(each.second, table); });
      if (!seen && !input.is_new(table, index)) locked.emplace_back(index, table);
    }
  }
  return locked;
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (const Part& part : input.parts) {
    const auto locked = locked_in(input, part);
    if (locked.size() < 2) continue;
    std::string tables = locked[0].second.text();
    for (std::size_t each = 1; each < locked.size(); ++each)
      tables += (each + 1 == locked.size() ? " and " : ", ") + locked[each].second.text();
    findings.add(locked[1].first, locked[1].second,
                 tables + " are locked (ACCESS EXCLUSIVE) in one transaction: while it waits for the next of them, " +
                     "nobody can read the ones before; and who uses them in another order meets it in a deadlock.",
                 "Put COMMIT; BEGIN; between them where one may be there without the other, or write a file for each.");
  }
}

}  // namespace

const Rule several_tables_locked = {"several-tables-locked", FindingLevel::note, Rule::Speaks::postgres,
                                    "one transaction locks several tables against everybody", check};

}  // namespace drydock
