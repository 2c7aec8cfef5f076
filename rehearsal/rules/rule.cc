#include "rehearsal/rules/rule.h"

#include <algorithm>

namespace drydock {

std::string_view to_string(FindingLevel level) {
  switch (level) {
    case FindingLevel::note:
      return "note";
    case FindingLevel::warning:
      return "warning";
    case FindingLevel::error:
      return "error";
  }
  return "";
}

bool Rule::speaks(Dialect dialect) const {
  return dialects == Speaks::both || (dialects == Speaks::postgres) == (dialect == Dialect::postgres);
}

Lines RuleInput::lines_up_to(std::size_t statement) const {
  for (const Part& part : parts)
    if (std::ranges::find(part.statements, statement) != part.statements.end())
      return {line(part.statements.front()), line(statement)};
  return {line(statement), line(statement)};
}

void each_action(const RuleInput& input, AlterAction::Kind kind, const ActionVisitor& visit) {
  for (std::size_t index = 0; index < input.facts.size(); ++index) {
    const StatementFacts& facts = input.facts[index];
    if (facts.kind != StatementFacts::Kind::alter_table || input.is_new(facts.object, index)) continue;
    for (const AlterAction& action : facts.actions)
      if (action.kind == kind) visit(index, facts.object, action);
  }
}

void RuleFindings::add(std::size_t statement, const TableName& table, const std::string& message,
                       const std::string& fix) {
  add(statement, table, "", message, fix);
}

void RuleFindings::add(std::size_t statement, const TableName& table, const std::string& column,
                       const std::string& message, const std::string& fix) {
  const Lines lines = input_.lines_up_to(statement);
  const std::string measured = input_.measured.sentence(lines, table);
  findings_.push_back({.rule = std::string(rule_),
                       .level = std::string(to_string(level_)),
                       .object = input_.measured.full_name(lines, table) + (column.empty() ? "" : "." + column),
                       .message = message + (measured.empty() ? "" : " " + measured),
                       .fix = fix,
                       .line = lines.last});
}

}  // namespace drydock
