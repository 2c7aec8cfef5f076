// SQLite's statements are told by their words: there is little that an ALTER TABLE can say.
#include "runner/sql/cutter.h"
#include "runner/sql/statement_facts.h"
#include "runner/sql/token_cursor.h"
#include "runner/sql/token_name.h"

namespace drydock {
namespace {

// ADD [COLUMN] name type NOT NULL DEFAULT 0 ...: the constraints are words outside of parentheses.
ColumnFacts column_of(TokenCursor& at) {
  ColumnFacts column;
  column.name = at.name();
  for (; !at.at_end(); at.next_outside()) {
    if (at.is("NOT") && is_word(at.ahead(1), "NULL")) column.not_null = true;
    if (at.is("DEFAULT")) column.has_default = !is_word(at.ahead(1), "NULL");
    // GENERATED ALWAYS may be left out.
    if (at.is("AS")) column.generated = true;
  }
  return column;
}

StatementFacts facts_of_alter(TokenCursor& at) {
  StatementFacts facts;
  at.skip({"ALTER", "TABLE"});
  facts.object = at.table();
  facts.kind = StatementFacts::Kind::alter_table;
  if (at.skip("ADD")) {
    at.skip("COLUMN");
    AlterAction add{.kind = AlterAction::Kind::add_column, .name = ""};
    add.column = column_of(at);
    add.name = add.column.name;
    facts.actions.push_back(std::move(add));
  } else if (at.skip("DROP")) {
    at.skip("COLUMN");
    facts.actions.push_back({.kind = AlterAction::Kind::drop_column, .name = at.name()});
  } else if (at.skip({"RENAME", "TO"})) {
    facts.kind = StatementFacts::Kind::rename_table;
    facts.new_name = at.name();
  } else if (at.skip("RENAME")) {
    at.skip("COLUMN");
    facts.kind = StatementFacts::Kind::rename_column;
    facts.name = at.name();
    at.skip("TO");
    facts.new_name = at.name();
  }
  // No name: no SQL.
  return facts.object.empty() ? StatementFacts{} : facts;
}

StatementFacts facts_of_drop(TokenCursor& at) {
  StatementFacts facts;
  facts.kind = StatementFacts::Kind::drop_table;
  at.next();
  at.next();
  at.skip({"IF", "EXISTS"});
  facts.object = at.table();
  facts.objects = {facts.object};
  return facts.object.empty() ? StatementFacts{} : facts;
}

// PRAGMA foreign_keys = ON, PRAGMA main.foreign_keys(1). Without a value it only asks.
StatementFacts facts_of_pragma(TokenCursor& at) {
  at.skip("PRAGMA");
  if (!is_same_word(at.table().name, "foreign_keys") || (!at.is('=') && !at.is('('))) return {};
  at.next();
  const std::string value = at.token().kind == Token::Kind::number ? std::string(at.token().text) : at.name();
  StatementFacts facts;
  facts.kind = StatementFacts::Kind::pragma_foreign_keys;
  facts.switches_on =
      !is_same_word(value, "off") && !is_same_word(value, "no") && !is_same_word(value, "false") && value != "0";
  return facts;
}

}  // namespace

StatementFacts facts_of_sqlite(const Statement& statement) {
  const std::string& tag = statement.traits.tag;
  if (tag == "INSERT" || tag == "UPDATE" || tag == "DELETE" || tag == "REPLACE")
    return facts_of_row_change(statement, Dialect::sqlite);
  if (tag == "CREATE TABLE" || tag == "CREATE VIRTUAL TABLE" || tag == "CREATE VIEW")
    return facts_of_creation(statement, Dialect::sqlite);
  TokenCursor at(statement.text, Dialect::sqlite);
  if (tag == "ALTER TABLE") return facts_of_alter(at);
  if (tag == "DROP TABLE" || tag == "DROP VIEW") return facts_of_drop(at);
  return statement.traits.not_sent ? facts_of_pragma(at) : StatementFacts{};
}

}  // namespace drydock
