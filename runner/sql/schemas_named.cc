#include "runner/sql/schemas_named.h"

#include <set>

#include "runner/sql/cutter.h"
#include "runner/sql/token_name.h"

namespace drydock {
namespace {

// CREATE SCHEMA [IF NOT EXISTS] name, ALTER SCHEMA name.
void add_created_or_altered(const std::vector<Token>& tokens, std::set<std::string>& schemas) {
  if (tokens.size() < 3 || !is_word(tokens[1], "SCHEMA")) return;
  if (!is_word(tokens[0], "CREATE") && !is_word(tokens[0], "ALTER")) return;
  const std::size_t at = is_word(tokens[2], "IF") ? 5 : 2;
  if (at < tokens.size()) schemas.insert(name_of(tokens[at]));
}

// SET [LOCAL | SESSION] search_path = a, "b", 'c': what has no schema in front is made there.
void add_path(const std::vector<Token>& tokens, std::set<std::string>& schemas) {
  if (tokens.empty() || !is_word(tokens[0], "SET")) return;
  std::size_t at = 1;
  while (at < tokens.size() && at < 3 && !is_word(tokens[at], "SEARCH_PATH")) ++at;
  if (at >= tokens.size() || !is_word(tokens[at], "SEARCH_PATH")) return;
  for (at += 2; at < tokens.size(); ++at) schemas.insert(name_of(tokens[at]));  // behind = or TO
}

}  // namespace

std::vector<std::string> schemas_named(const std::vector<Statement>& statements, Dialect dialect) {
  if (dialect == Dialect::sqlite) return {};
  std::set<std::string> schemas;
  for (const Statement& statement : statements) {
    std::vector<Token> tokens = tokenize(statement.text, dialect);
    std::erase_if(tokens, is_comment);
    add_created_or_altered(tokens, schemas);
    add_path(tokens, schemas);
    for (std::size_t at = 1; at < tokens.size(); ++at)
      if (is_symbol(tokens[at], '.')) schemas.insert(name_of(tokens[at - 1]));
  }
  schemas.erase("");
  return {schemas.begin(), schemas.end()};
}

}  // namespace drydock
