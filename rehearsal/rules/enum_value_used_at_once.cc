// A value that ALTER TYPE ... ADD VALUE adds cannot be used before its transaction is committed, unless the type itself
// was made in it. The server refuses it as "unsafe use of new value".
#include "rehearsal/rules/all_rules.h"

#include <algorithm>
#include <array>

#include "runner/sql/lexer.h"
#include "runner/sql/token_name.h"

namespace drydock {
namespace {

// Those in which a literal becomes a value when they are run: not in a function's body, nor in another ADD VALUE ...
// AFTER.
constexpr std::array<std::string_view, 10> using_tags = {
    "INSERT",      "UPDATE",       "DELETE",       "MERGE",       "SELECT",
    "ALTER TABLE", "CREATE INDEX", "CREATE TABLE", "CREATE VIEW", "CREATE MATERIALIZED VIEW"};

bool uses(const Statement& statement, const std::string& label) {
  if (std::ranges::find(using_tags, statement.traits.tag) == using_tags.end()) return false;
  return std::ranges::any_of(tokenize(statement.text, Dialect::postgres), [&](const Token& token) {
    return token.kind == Token::Kind::string && name_of(token) == label;
  });
}

void check_added(const RuleInput& input, const Part& part, std::size_t added, RuleFindings& findings) {
  const StatementFacts& facts = input.facts[added];
  for (const std::size_t index : part.statements) {
    if (index <= added || !uses(input.migration.statements[index], facts.new_name)) continue;
    if (input.measured.ran(input.line(index))) continue;
    findings.add(index, facts.object,
                 "The value that line " + std::to_string(input.line(added)) + " adds to " + facts.object.text() +
                     " cannot be used before that is committed.",
                 "Put COMMIT; BEGIN; between them, or use it in the next file.");
    return;
  }
}

void check(const RuleInput& input, RuleFindings& findings) {
  for (const Part& part : input.parts)
    for (const std::size_t index : part.statements)
      if (input.facts[index].kind == StatementFacts::Kind::add_enum_value &&
          !input.known.is_new_type(input.facts[index].object, input.first + index))
        check_added(input, part, index, findings);
}

}  // namespace

const Rule enum_value_used_at_once = {"enum-value-used-at-once", FindingLevel::error, Rule::Speaks::postgres,
                                      "a value of an enum is used in the transaction that adds it", check};

}  // namespace drydock
