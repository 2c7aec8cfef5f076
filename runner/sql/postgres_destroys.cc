// By PostgreSQL's own grammar. Most statements hold none of the words at all and are never parsed for this; where one
// does, the words alone would mislead (ON DELETE CASCADE, GRANT TRUNCATE, a column that is called drop).
#include <pg_query.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "runner/sql/cutter.h"
#include "runner/sql/destroys.h"
#include "runner/sql/words.h"

namespace drydock {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::string_view, 3> taking = {"DROP", "TRUNCATE", "DELETE"};

bool is_any(const Token& token, std::span<const std::string_view> upper) {
  return std::ranges::any_of(upper, [&](std::string_view word) { return is_word(token, word); });
}

// The text of a DO block with the quotes of its strings taken for blanks: also what it hands to EXECUTE runs.
std::string taking_word_of_code(const std::string& text) {
  std::string plain = text;
  std::ranges::replace_if(
      plain, [](char c) { return c == '\'' || c == '$' || c == '"'; }, ' ');
  for (const Token& token : tokenize(plain, Dialect::postgres))
    for (const std::string_view word : taking)
      if (is_word(token, word)) return std::string(word);
  return {};
}

Json parse(const std::string& text) {
  const PgQueryParseResult result = pg_query_parse(text.c_str());
  Json tree = result.error == nullptr ? Json::parse(result.parse_tree, nullptr, false) : Json();
  pg_query_free_parse_result(result);
  if (!tree.is_object() || tree.value("stmts", Json::array()).size() != 1) return {};
  return tree["stmts"][0]["stmt"];
}

// Its statements are kept for later, and run by nobody now.
bool is_only_kept(const std::string& node) {
  return node == "CreateFunctionStmt" || node == "RuleStmt" || node == "CreateTrigStmt" || node == "ViewStmt";
}

bool stores_data(const std::string& object) {
  static constexpr std::array<std::string_view, 6> without = {"OBJECT_VIEW",      "OBJECT_INDEX",     "OBJECT_FUNCTION",
                                                              "OBJECT_PROCEDURE", "OBJECT_AGGREGATE", "OBJECT_TRIGGER"};
  return std::ranges::find(without, object) == without.end();
}

std::string object_of(const Json& node) {
  for (const char* field : {"objtype", "renameType", "objectType"})
    if (node.contains(field)) return node[field];
  return {};
}

// What one node of the tree is refused for.
std::string refused_node(const std::string& name, const Json& node) {
  if (name == "DeleteStmt") return "DELETE";
  if (name == "TruncateStmt") return "TRUNCATE";
  if (name.starts_with("Drop") && (name.ends_with("Stmt") || name == "DropStmt")) return "DROP";
  if (!node.is_object()) return {};
  if (name == "MergeWhenClause" && node.value("commandType", "") == "CMD_DELETE") return "DELETE";
  if (name == "AlterTableCmd" && node.value("subtype", "").starts_with("AT_Drop")) return "DROP";
  const bool alters = name.starts_with("Alter") || name == "RenameStmt";
  if (alters && node.value("missing_ok", false) && stores_data(object_of(node))) return "IF EXISTS on what stores data";
  return {};
}

// Without recursion: an expression may be as deep as its author was patient.
std::string refused_in(const Json& tree) {
  std::vector<const Json*> open{&tree};
  while (!open.empty()) {
    const Json& node = *open.back();
    open.pop_back();
    if (node.is_object()) {
      for (const auto& [name, child] : node.items()) {
        if (std::string refused = refused_node(name, child); !refused.empty()) return refused;
        if (child.is_structured()) open.push_back(&child);
      }
    } else if (node.is_array()) {
      for (const Json& child : node) open.push_back(&child);
    }
  }
  return {};
}

// What the grammar of this build does not know is told by its words: what creates passes, unless it replaces.
std::string refused_by_words(const Words& words, const std::string& tag) {
  const bool replaces = words.at(1) == "OR" && words.at(2) == "REPLACE";
  if (replaces && (tag == "CREATE TABLE" || tag == "CREATE SCHEMA" || tag == "CREATE SEQUENCE" ||
                   tag == "CREATE TYPE" || tag == "CREATE MATERIALIZED VIEW"))
    return "OR REPLACE on what stores data";
  if (tag.starts_with("CREATE") || tag == "GRANT" || tag == "COMMENT") return {};
  return "a statement that this version cannot parse and that holds DROP, TRUNCATE, DELETE, IF EXISTS or OR REPLACE";
}

}  // namespace

std::string destroys_postgres(const Statement& statement) {
  const std::string& tag = statement.traits.tag;
  if (tag == "DO") {
    const std::string word = taking_word_of_code(statement.text);
    return word.empty() ? "" : word + " in a DO block";
  }
  constexpr std::array<std::string_view, 5> telling = {"DROP", "TRUNCATE", "DELETE", "EXISTS", "REPLACE"};
  const std::vector<Token> tokens = tokenize(statement.text, Dialect::postgres);
  if (std::ranges::none_of(tokens, [&](const Token& token) { return is_any(token, telling); })) return {};

  const Json tree = parse(statement.text);
  const Words words(statement.text, Dialect::postgres);
  if (!tree.is_object() || tree.empty()) return refused_by_words(words, tag);
  if (is_only_kept(tree.begin().key())) return {};
  if (std::string refused = refused_in(tree); !refused.empty()) return refused;
  // ALTER DOMAIN, EXTENSION, PUBLICATION, OPERATOR FAMILY ... DROP, each with a node of its own.
  const bool other_alter = tag.starts_with("ALTER") && tree.begin().key() != "AlterTableStmt";
  return other_alter && words.contains("DROP") ? "DROP" : "";
}

}  // namespace drydock
