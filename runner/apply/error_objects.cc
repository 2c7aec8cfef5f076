#include "runner/apply/error_objects.h"

#include <algorithm>
#include <array>

#include "runner/sql/lexer.h"

namespace drydock {

namespace {

// The identifier that a token spells; "" for other tokens.
std::string identifier_of(const Token& token) {
  std::string name(token.text);
  if (token.kind == Token::Kind::word) {
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return name;
  }
  if (token.kind != Token::Kind::quoted_word || name.size() < 2 || name.front() != '"') return {};
  name = name.substr(1, name.size() - 2);
  for (std::size_t at = name.find("\"\""); at != std::string::npos; at = name.find("\"\"", at + 1)) name.erase(at, 1);
  return name;
}

// What stands between the tags of a dollar quote: a body of code. Other strings are values.
std::string_view body_of(const Token& token) {
  if (token.kind != Token::Kind::string || !token.text.starts_with('$')) return {};
  const std::size_t tag = token.text.find('$', 1) + 1;
  return token.text.size() < 2 * tag ? std::string_view() : token.text.substr(tag, token.text.size() - 2 * tag);
}

bool says(std::string_view sql, const std::string& name) {
  const std::vector<Token> tokens = tokenize(sql, Dialect::postgres);
  return std::ranges::any_of(tokens, [&](const Token& token) {
    const std::string_view body = body_of(token);
    return body.empty() ? identifier_of(token) == name : says(body, name);
  });
}

bool says(const Migration& migration, const std::string& name) {
  return !name.empty() && std::ranges::any_of(migration.statements,
                                              [&](const Statement& statement) { return says(statement.text, name); });
}

// One row: whether the schema, the table in it, and the column and the constraint (an index that makes one, or a
// constraint of a domain) of it are there.
constexpr std::string_view presence_sql =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1)::integer, "
    "EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relname = $2)::integer, "
    "EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3)::integer, "
    "(EXISTS (SELECT FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_namespace n ON n.oid = k.connamespace "
    "WHERE n.nspname = $1 AND k.conname = $4) "
    "OR EXISTS (SELECT FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = x.relnamespace WHERE n.nspname = $1 AND x.relname = $4))::integer";

using Presence = std::array<bool, 4>;

// A message's embellishment must not fail what it speaks of.
Presence presence_of(const ErrorObjects& objects, Database& database) try {
  const Value parameters[] = {objects.schema, objects.table, objects.column, objects.constraint};
  const Rows rows = database.query(presence_sql, parameters);
  Presence presence{};
  for (std::size_t i = 0; i < presence.size(); ++i) presence[i] = rows.integer(0, i) != 0;
  return presence;
} catch (const DatabaseError&) {
  return {};
}

}  // namespace

ErrorObjects objects_to_show(const DatabaseError::Details& details, const Migration& migration, Database& database,
                             Catalog catalog) {
  ErrorObjects shown = details.objects();
  if (database.dialect() != Dialect::postgres || details.raised() || shown == ErrorObjects{}) return {};
  const bool ask = catalog == Catalog::as_before_the_migration && !details.connection_lost;
  const Presence there = ask ? presence_of(shown, database) : Presence{};
  const std::array<std::string*, 4> names{&shown.schema, &shown.table, &shown.column, &shown.constraint};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!there[i] && !says(migration, *names[i])) names[i]->clear();
  }
  return shown;
}

std::string in_parentheses(const ErrorObjects& objects) {
  std::string list;
  const auto add = [&](std::string_view kind, const std::string& name) {
    if (!name.empty()) list += (list.empty() ? "" : ", ") + std::string(kind) + " " + name;
  };
  if (objects.table.empty())
    add("schema", objects.schema);
  else
    add("table", (objects.schema.empty() ? "" : objects.schema + ".") + objects.table);
  add("column", objects.column);
  add("constraint", objects.constraint);
  return list.empty() ? "" : " (" + list + ")";
}

}  // namespace drydock
