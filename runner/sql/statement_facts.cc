// What the dialects have in common: names, and the statements that a few words tell in either.
#include "runner/sql/statement_facts.h"

#include <algorithm>

#include "runner/sql/token_cursor.h"

namespace drydock {

bool is_same_word(std::string_view one, std::string_view other) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(one, other, [&](char a, char b) { return lower(a) == lower(b); });
}

bool may_be_same(const TableName& one, const TableName& other) {
  return is_same_word(one.name, other.name) &&
         (one.schema.empty() || other.schema.empty() || is_same_word(one.schema, other.schema));
}

StatementFacts facts_of(const Statement& statement, Dialect dialect) {
  return dialect == Dialect::postgres ? facts_of_postgres(statement) : facts_of_sqlite(statement);
}

StatementFacts facts_of_creation(const Statement& statement, Dialect dialect) {
  TokenCursor at(statement.text, dialect);
  StatementFacts facts;
  at.skip("CREATE");
  at.skip({"OR", "REPLACE"});
  while (at.is_any({"GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "VIRTUAL", "RECURSIVE", "MATERIALIZED"})) {
    facts.temporary = facts.temporary || at.is_any({"TEMP", "TEMPORARY"});
    at.next();
  }
  const bool view = at.is("VIEW");
  if (!view && !at.is("TABLE")) return {};
  at.next();
  at.skip({"IF", "NOT", "EXISTS"});
  facts.kind = view ? StatementFacts::Kind::create_view : StatementFacts::Kind::create_table;
  facts.object = at.table();
  if (!view)
    for (; !at.at_end(); at.next_outside()) facts.partitioned = facts.partitioned || at.skip({"PARTITION", "BY"});
  return facts.object.empty() ? StatementFacts{} : facts;
}

}  // namespace drydock
