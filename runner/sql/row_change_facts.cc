// INSERT, UPDATE and DELETE. A WHERE counts where it stands outside of all parentheses: one in a subquery chooses other
// rows.
#include "runner/sql/cutter.h"
#include "runner/sql/statement_facts.h"
#include "runner/sql/token_cursor.h"

namespace drydock {
namespace {

// To the verb, which stands behind the common table expressions; whose names may be verbs themselves.
bool go_to_verb(TokenCursor& at, std::string_view verb) {
  bool name_is_next = at.is("WITH");
  for (; !at.at_end(); at.next_outside()) {
    if (!name_is_next && at.is(verb)) return true;
    name_is_next = at.is("WITH") || at.is("RECURSIVE") || at.is(',');
  }
  return false;
}

bool is_end_of_assignments(const TokenCursor& at) {
  return at.at_end() || at.is_any({"FROM", "WHERE", "RETURNING", "ORDER", "LIMIT"});
}

// SET a = 1, b = 2. Left empty where it sets several by one row: (a, b) = (...).
std::vector<std::string> set_columns_of(TokenCursor& at) {
  std::vector<std::string> columns;
  while (!is_end_of_assignments(at)) {
    if (at.is('(')) return {};
    columns.push_back(at.name());
    while (!is_end_of_assignments(at) && !at.is(',')) at.next_outside();
    if (at.is(',')) at.next();
  }
  return columns;
}

// WHERE id = 7, with nothing behind it but what does not choose rows.
bool is_by_id(TokenCursor at) {
  if (!at.skip("WHERE")) return false;
  const TableName column = at.table();
  if (!is_same_word(column.name, "id") || !at.is('=')) return false;
  at.next();
  const bool is_value = at.token().kind == Token::Kind::number || at.token().kind == Token::Kind::string;
  at.next();
  return is_value && (at.at_end() || at.is("RETURNING"));
}

void find_bounds(TokenCursor& at, StatementFacts& facts) {
  for (; !at.at_end(); at.next_outside()) {
    if (!at.is("WHERE") && !at.is("LIMIT")) continue;
    facts.by_id = facts.by_id || is_by_id(at);
    facts.bounded = true;
  }
}

StatementFacts facts_of_update(TokenCursor& at) {
  StatementFacts facts;
  facts.kind = StatementFacts::Kind::update;
  at.skip("UPDATE");
  if (at.skip("OR")) at.next();
  at.skip("ONLY");
  facts.object = at.table();
  while (!at.at_end() && !at.is("SET")) at.next_outside();  // an alias
  at.skip("SET");
  facts.set_columns = set_columns_of(at);
  find_bounds(at, facts);
  return facts;
}

StatementFacts facts_of_delete(TokenCursor& at) {
  StatementFacts facts;
  facts.kind = StatementFacts::Kind::remove;
  at.skip({"DELETE", "FROM"});
  at.skip("ONLY");
  facts.object = at.table();
  find_bounds(at, facts);
  return facts;
}

// A row of VALUES is as long as its author typed; what a SELECT gives is not.
StatementFacts facts_of_insert(TokenCursor& at) {
  StatementFacts facts;
  if (!at.skip("REPLACE")) at.skip("INSERT");
  if (at.skip("OR")) at.next();
  at.skip("INTO");
  facts.object = at.table();
  for (; !at.at_end() && !at.is("VALUES") && !at.is("DEFAULT"); at.next_outside())
    if (at.is("SELECT") || at.is("WITH")) facts.kind = StatementFacts::Kind::insert_selected;
  return facts;
}

}  // namespace

StatementFacts facts_of_row_change(const Statement& statement, Dialect dialect) {
  const std::string& tag = statement.traits.tag;
  // A file of rows is long, and all of it is values.
  if (tag == "INSERT" && statement.text.size() > 100'000) return {};
  TokenCursor at(statement.text, dialect);
  if (!go_to_verb(at, tag)) return {};
  StatementFacts facts = tag == "UPDATE"   ? facts_of_update(at)
                         : tag == "DELETE" ? facts_of_delete(at)
                                           : facts_of_insert(at);
  return facts.object.empty() ? StatementFacts{} : facts;
}

}  // namespace drydock
