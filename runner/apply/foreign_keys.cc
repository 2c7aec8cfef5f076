#include "runner/apply/foreign_keys.h"

namespace drydock {

namespace {

std::map<std::string, std::string> schema_of(Database& database) {
  std::map<std::string, std::string> schema;
  const Rows rows = database.query(
      "SELECT name, coalesce(sql, '') FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'drydock\\_%' "
      "ESCAPE '\\'");
  for (const auto& row : rows.rows) schema[row[0].value_or("")] = row[1].value_or("");
  return schema;
}

std::string total_changes(Database& database) { return database.query("SELECT total_changes()").text(0, 0); }

void add_violations(Database& database, const std::string& pragma, std::set<std::string>& violations) {
  for (const auto& row : database.query(pragma).rows) {
    std::string violation;
    for (const Value& value : row) violation += value.value_or("NULL") + '\x1f';
    violations.insert(violation);
  }
}

}  // namespace

ForeignKeyCheck::ForeignKeyCheck(Database& database)
    : database_(database), schema_before_(schema_of(database)), changes_before_(total_changes(database)) {}

std::set<std::string> ForeignKeyCheck::all_violations(Database& database) {
  std::set<std::string> violations;
  add_violations(database, "PRAGMA main.foreign_key_check", violations);
  return violations;
}

std::set<std::string> ForeignKeyCheck::violations_after() const {
  // A row was written somewhere: a parent's or a child's, so every key has to be looked at.
  if (total_changes(database_) != changes_before_) return all_violations(database_);
  const std::map<std::string, std::string> after = schema_of(database_);
  for (const auto& [name, sql] : schema_before_) {
    // A table is gone: as a parent it leaves orphans in tables that did not change.
    if (!after.contains(name)) return all_violations(database_);
  }
  std::set<std::string> violations;
  for (const auto& [name, sql] : after) {
    const auto before = schema_before_.find(name);
    if (before != schema_before_.end() && before->second == sql) continue;
    add_violations(database_, "PRAGMA main.foreign_key_check(" + drydock::quoted(name) + ")", violations);
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
