#include "runner/apply/foreign_keys.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

namespace drydock {

namespace {

constexpr std::string_view is_followed = "type = 'table' AND name NOT LIKE 'drydock\\_%' ESCAPE '\\'";

constexpr std::array add_to_the_schema_only = {
    "CREATE TABLE", "CREATE INDEX", "CREATE VIEW", "CREATE TRIGGER", "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT",
};

bool says(std::string_view text, std::string_view word) {
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [](unsigned char a, unsigned char b) { return std::tolower(a) == b; }) != text.end();
}

// Whether it can give a key to a table that was there, or take a table away. Reading the whole schema, before and after
// each of many small migrations, would cost more than they do.
bool can_change_a_table(const Statement& statement) {
  // Rows that it writes are found by their number. A column that is added or dropped brings no key with it, unless the
  // text says so; a new name moves the keys of other tables.
  if (statement.traits.tag == "ALTER TABLE")
    return says(statement.text, "references") || says(statement.text, "rename");
  return std::ranges::find(add_to_the_schema_only, statement.traits.tag) == add_to_the_schema_only.end();
}

bool can_change_a_table(const Migration& migration, const Part& part) {
  return std::ranges::any_of(part.statements,
                             [&](std::size_t index) { return can_change_a_table(migration.statements[index]); });
}

bool creates_a_table(const Migration& migration, const Part& part) {
  return std::ranges::any_of(
      part.statements, [&](std::size_t index) { return migration.statements[index].traits.tag == "CREATE TABLE"; });
}

std::string changes_so_far(Database& database) { return database.query("SELECT total_changes()").text(0, 0); }

void add_violations(Database& database, const std::string& pragma, std::set<std::string>& violations) {
  for (const auto& row : database.query(pragma).rows) {
    std::string violation;
    for (const Value& value : row) violation += value.value_or("NULL") + '\x1f';
    violations.insert(violation);
  }
}

}  // namespace

ForeignKeyCheck::ForeignKeyCheck(Database& database, const Migration& migration, const Part& part)
    : database_(database) {
  changes_before_ = changes_so_far(database);
  if (can_change_a_table(migration, part))
    schema_before_ = schema_of(database);
  else if (creates_a_table(migration, part))
    last_entry_before_ = database.query("SELECT coalesce(max(rowid), 0) FROM main.sqlite_schema").text(0, 0);
}

ForeignKeyCheck::Schema ForeignKeyCheck::schema_of(Database& database) {
  Schema schema;
  const Rows rows =
      database.query("SELECT name, coalesce(sql, '') FROM main.sqlite_schema WHERE " + std::string(is_followed));
  for (const auto& row : rows.rows) schema[row[0].value_or("")] = row[1].value_or("");
  return schema;
}

std::set<std::string> ForeignKeyCheck::all_violations(Database& database) {
  std::set<std::string> violations;
  add_violations(database, "PRAGMA main.foreign_key_check", violations);
  return violations;
}

std::set<std::string> ForeignKeyCheck::violations_after() const {
  // A row was written somewhere: a parent's or a child's, so every key has to be looked at.
  if (changes_so_far(database_) != changes_before_) return all_violations(database_);
  if (!schema_before_) return last_entry_before_ ? violations_in(new_tables()) : std::set<std::string>();
  const Schema after = schema_of(database_);
  for (const auto& [name, sql] : *schema_before_) {
    // A table is gone: as a parent it leaves orphans in tables that did not change.
    if (!after.contains(name)) return all_violations(database_);
  }
  std::vector<std::string> changed;
  for (const auto& [name, sql] : after) {
    const auto before = schema_before_->find(name);
    if (before == schema_before_->end() || before->second != sql) changed.push_back(name);
  }
  return violations_in(changed);
}

std::vector<std::string> ForeignKeyCheck::new_tables() const {
  std::vector<std::string> names;
  const Value parameters[] = {last_entry_before_};
  const Rows rows = database_.query(
      "SELECT name FROM main.sqlite_schema WHERE rowid > CAST(?1 AS INTEGER) AND " + std::string(is_followed),
      parameters);
  for (const auto& row : rows.rows) names.push_back(row[0].value_or(""));
  return names;
}

std::set<std::string> ForeignKeyCheck::violations_in(const std::vector<std::string>& tables) const {
  std::set<std::string> violations;
  for (const std::string& table : tables) {
    add_violations(database_, "PRAGMA main.foreign_key_check(" + drydock::quoted(table) + ")", violations);
  }
  return violations;
}

std::string tables_of(const std::set<std::string>& violations) {
  std::set<std::string> tables;
  for (const std::string& violation : violations) tables.insert(violation.substr(0, violation.find('\x1f')));
  std::string text;
  for (const std::string& table : tables) text += (text.empty() ? "" : ", ") + table;
  return text;
}

}  // namespace drydock
