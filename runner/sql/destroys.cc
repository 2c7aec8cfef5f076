#include "runner/sql/destroys.h"

#include "runner/sql/cutter.h"
#include "runner/sql/words.h"

namespace drydock {
namespace {

// However far behind a WITH it stands. A condition may call the function of that name: a OR replace(b, 'x', 'y').
bool says_or_replace(std::string_view text) {
  std::vector<Token> tokens = tokenize(text, Dialect::sqlite);
  std::erase_if(tokens, is_comment);
  for (std::size_t at = 2; at < tokens.size(); ++at)
    if (is_word(tokens[at - 2], "OR") && is_word(tokens[at - 1], "REPLACE") && !is_symbol(tokens[at], '(')) return true;
  return false;
}

}  // namespace

std::string destroys(const Statement& statement, Dialect dialect) {
  return dialect == Dialect::postgres ? destroys_postgres(statement) : destroys_sqlite(statement);
}

// SQLite has no code of its own but triggers, whose bodies stand in CREATE TRIGGER.
std::string destroys_sqlite(const Statement& statement) {
  const Words words(statement.text, Dialect::sqlite);
  const std::string& tag = statement.traits.tag;
  if (tag.starts_with("DROP") || tag == "DELETE" || tag == "TRUNCATE TABLE") return tag.substr(0, tag.find(' '));
  if (tag == "REPLACE") return "REPLACE on a table";
  if (tag == "ALTER TABLE" && words.contains("DROP")) return "DROP";
  if ((tag == "INSERT" || tag == "UPDATE") && says_or_replace(statement.text)) return "OR REPLACE on a table";
  return {};
}

}  // namespace drydock
