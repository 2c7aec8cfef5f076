#include "squash/sqlite_catalog.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>

#include "runner/sql/cutter.h"

namespace drydock {

namespace {

// Shadow tables are known by their module; an index or a trigger goes with the table that it hangs on.
constexpr std::string_view entries_query =
    "WITH left_out AS (SELECT name FROM pragma_table_list WHERE schema = 'main' AND (type = 'shadow' "
    "OR name LIKE 'sqlite\\_%' ESCAPE '\\' OR name LIKE 'drydock\\_%' ESCAPE '\\')) "
    "SELECT s.type, s.name, s.tbl_name, s.sql, t.type FROM main.sqlite_schema AS s "
    "LEFT JOIN pragma_table_list AS t ON t.schema = 'main' AND t.name = s.name "
    "WHERE s.sql IS NOT NULL AND s.tbl_name NOT IN left_out AND s.name NOT LIKE 'drydock\\_%' ESCAPE '\\' "
    "ORDER BY s.rowid";

StoredObject::Kind kind_of(const std::string& type, const Value& table_type) {
  if (type == "index") return StoredObject::Kind::index;
  if (type == "view") return StoredObject::Kind::view;
  if (type == "trigger") return StoredObject::Kind::trigger;
  return table_type == "virtual" ? StoredObject::Kind::virtual_table : StoredObject::Kind::table;
}

// Of a stored CREATE VIRTUAL TABLE: its tokens, comments left out.
std::vector<Token> significant_tokens(std::string_view sql) {
  std::vector<Token> tokens = tokenize(sql, Dialect::sqlite);
  std::erase_if(tokens, is_comment);
  return tokens;
}

std::string without_quotes(const Token& token) {
  if (token.kind != Token::Kind::quoted_word || token.text.size() < 2) return std::string(token.text);
  const char quote = token.text.front() == '[' ? ']' : token.text.front();
  const std::string_view inner = token.text.substr(1, token.text.size() - 2);
  std::string name;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    name += inner[i];
    if (quote != ']' && inner[i] == quote) ++i;  // doubled
  }
  return name;
}

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

bool is_keyword(const std::string& word) {
  return sqlite3_keyword_check(word.c_str(), static_cast<int>(word.size())) != 0;
}

// Without quotes it would be another thing: NULL, TRUE, a word of the grammar.
bool needs_quotes(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c >= 0x80; };
  const bool plain =
      !name.empty() && std::ranges::all_of(name, fits) && std::isdigit(static_cast<unsigned char>(name[0])) == 0;
  return !plain || is_keyword(name) || upper(name) == "TRUE" || upper(name) == "FALSE";
}

std::string canonical_token(const Token& token) {
  if (token.kind == Token::Kind::word) {
    std::string word(token.text);
    return is_keyword(word) ? upper(std::move(word)) : word;
  }
  if (token.kind == Token::Kind::quoted_word) {
    return sqlite_name(without_quotes(token));
  }
  return std::string(token.text);
}

// Symbols are tokens of one character each: those that make an operator together.
bool is_operator(std::string_view first, std::string_view second) {
  constexpr std::string_view operators = "<= >= <> != == || << >> -> ";
  return first.size() == 1 && operators.find(std::string(first) + std::string(second) + " ") != std::string_view::npos;
}

}  // namespace

std::vector<StoredObject> sqlite_entries(Database& database) {
  const Rows rows = database.query(entries_query);
  std::vector<StoredObject> entries;
  for (std::size_t i = 0; i < rows.rows.size(); ++i)
    entries.push_back({kind_of(rows.text(i, 0), rows.rows[i][4]), rows.text(i, 1), rows.text(i, 2), rows.text(i, 3)});
  return entries;
}

std::vector<StoredColumn> sqlite_columns(Database& database, const std::string& table) {
  const std::vector<Value> parameters{table};
  const Rows rows = database.query(
      "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?1) ORDER BY cid", parameters);
  std::vector<StoredColumn> columns;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    const std::int64_t hidden = rows.integer(i, 5);
    using Storage = StoredColumn::Storage;
    columns.push_back({.name = rows.text(i, 0),
                       .type = rows.rows[i][1].value_or(""),
                       .not_null = rows.integer(i, 2) != 0,
                       .default_value = rows.rows[i][3],
                       .key_rank = static_cast<int>(rows.integer(i, 4)),
                       .storage = hidden == 0   ? Storage::stored
                                  : hidden == 1 ? Storage::hidden
                                                : Storage::generated});
  }
  return columns;
}

std::optional<SqliteFullText> sqlite_full_text(const StoredObject& entry) {
  if (entry.kind != StoredObject::Kind::virtual_table) return std::nullopt;
  const std::vector<Token> tokens = significant_tokens(entry.sql);
  const auto use = std::ranges::find_if(tokens, [](const Token& token) { return is_word(token, "USING"); });
  if (use == tokens.end() || std::next(use) == tokens.end()) return std::nullopt;
  const std::string module = upper(without_quotes(*std::next(use)));
  if (module != "FTS3" && module != "FTS4" && module != "FTS5") return std::nullopt;
  SqliteFullText found{.is_fts5 = module == "FTS5"};
  for (auto at = use; at + 2 < tokens.end(); ++at) {
    if (!is_word(*at, "CONTENT") || !is_symbol(*(at + 1), '=')) continue;
    const std::string_view value = (at + 2)->text;
    found.content =
        value == "''" || value == "\"\"" ? SqliteFullText::Content::none : SqliteFullText::Content::external;
  }
  return found;
}

bool has_sqlite_shadow_table(Database& database, const std::string& name) {
  const std::vector<Value> parameters{name};
  return !database
              .query("SELECT 1 FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow' AND name = ?1",
                     parameters)
              .empty();
}

std::string sqlite_name(const std::string& identifier) {
  return needs_quotes(identifier) ? quoted(identifier) : identifier;
}

std::string canonical_sqlite(std::string_view sql) {
  std::string text;
  std::string_view before;
  for (const Token& token : significant_tokens(sql)) {
    const bool closes =
        is_symbol(token, ',') || is_symbol(token, ')') || is_symbol(token, '.') || is_symbol(token, ';');
    const bool joined = closes || before == "(" || before == "." || is_operator(before, token.text);
    if (!text.empty() && !joined) text += ' ';
    text += canonical_token(token);
    before = token.text;
  }
  return text;
}

}  // namespace drydock
