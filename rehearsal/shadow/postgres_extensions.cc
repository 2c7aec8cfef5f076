#include "rehearsal/shadow/postgres_extensions.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <set>

#include "rehearsal/shadow/shadow.h"
#include "runner/sql/lexer.h"

namespace drydock {

namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

// The name in CREATE EXTENSION [IF NOT EXISTS] name; "" for any other statement.
std::string made_extension(const Statement& statement) {
  std::vector<std::string> words;
  for (const Token& token : tokenize(statement.text, Dialect::postgres)) {
    if (token.kind == Token::Kind::word) words.push_back(lower(token.text));
    if (token.kind == Token::Kind::quoted_word && token.text.size() >= 2) {
      words.emplace_back(token.text.substr(1, token.text.size() - 2));
    }
    if (words.size() == 6) break;
  }
  if (words.size() < 3 || words[0] != "create" || words[1] != "extension") return {};
  bool if_not_exists = words.size() == 6 && words[2] == "if" && words[3] == "not" && words[4] == "exists";
  return words[if_not_exists ? 5 : 2];
}

void require_for_plan(const Plan& plan, const std::map<std::string, std::string>& available) {
  for (const Step& step : plan.steps) {
    for (const Statement& statement : step.migration.statements) {
      std::string name = made_extension(statement);
      if (name.empty() || available.contains(name)) continue;
      throw CannotRehearse(step.migration.source.file + ":" + std::to_string(statement.line) + " makes the extension " +
                           name +
                           ", which is not installed with the PostgreSQL programs of this machine: install it "
                           "there, or point binaries in drydock.toml at programs that have it");
    }
  }
}

}  // namespace

Extensions compare_extensions(PostgresSource& source, Database& shadow, const Plan* plan) {
  Extensions result;
  std::map<std::string, std::string> available;
  Rows here = shadow.query("SELECT name, default_version FROM pg_catalog.pg_available_extensions");
  for (std::size_t row = 0; row < here.rows.size(); ++row)
    available[here.text(row, 0)] = here.rows[row][1].value_or("");

  Rows there = source.query("SELECT extname, extversion FROM pg_catalog.pg_extension ORDER BY extname");
  for (std::size_t row = 0; row < there.rows.size(); ++row) {
    const std::string &name = there.text(row, 0), &version = there.text(row, 1);
    auto found = available.find(name);
    if (found == available.end()) {
      result.missing.push_back(name);
      result.notes.push_back("extension " + name + " is not installed here: left out of the shadow");
    } else if (found->second != version) {
      result.notes.push_back("extension " + name + " is version " + found->second + " on the shadow, " + version +
                             " on the source");
    }
  }
  if (plan != nullptr) require_for_plan(*plan, available);
  return result;
}

// There is no ALTER EXTENSION ... OWNER TO. What the bootstrap superuser owns has no row in pg_shdepend yet.
void give_extensions_to_their_owners(PostgresSource& source, Database& shadow) {
  Rows owners = source.query(
      "SELECT extname, pg_catalog.pg_get_userbyid(extowner) FROM pg_catalog.pg_extension WHERE extname <> 'plpgsql'");
  for (const std::vector<Value>& row : owners.rows) {
    std::array<Value, 2> parameters{row[0], row[1]};
    shadow.query(
        "WITH given AS (UPDATE pg_catalog.pg_extension e SET extowner = r.oid FROM pg_catalog.pg_roles r "
        "WHERE e.extname = $1 AND r.rolname = $2 RETURNING e.oid AS extension, r.oid AS role) "
        "INSERT INTO pg_catalog.pg_shdepend (dbid, classid, objid, objsubid, refclassid, refobjid, deptype) "
        "SELECT d.oid, 'pg_catalog.pg_extension'::pg_catalog.regclass, extension, 0, "
        "'pg_catalog.pg_authid'::pg_catalog.regclass, role, 'o' FROM given, pg_catalog.pg_database d "
        "WHERE d.datname = pg_catalog.current_database()",
        parameters);
  }
}

}  // namespace drydock
