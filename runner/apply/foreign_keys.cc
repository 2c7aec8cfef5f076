#include "runner/apply/foreign_keys.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "runner/sql/mentions.h"

namespace drydock {

namespace {

constexpr std::string_view is_followed = "type = 'table' AND name NOT LIKE 'drydock\\_%' ESCAPE '\\'";

constexpr std::array add_to_the_schema_only = {
    "CREATE TABLE", "CREATE INDEX", "CREATE VIEW", "CREATE TRIGGER", "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT",
};

// Whether it can give a key to a table that was there, or take a table away. Reading the whole schema, before and after
// each of many small migrations, would cost more than they do.
bool can_change_a_table(const Statement& statement) {
  // Rows that it writes are found by their number. A column that is added or dropped brings no key with it, unless the
  // text says so; a new name moves the keys of other tables.
  if (statement.traits.tag == "ALTER TABLE")
    return mentions(statement.text, "references") || mentions(statement.text, "rename");
  return std::ranges::find(add_to_the_schema_only, statement.traits.tag) == add_to_the_schema_only.end();
}

bool can_change_a_table(const Migration& migration, const Part& part) {
  return std::ranges::any_of(part.statements,
                             [&](std::size_t index) { return can_change_a_table(migration.statements[index]); });
}

// Such a table's own rows are looked at because it is new or has another definition.
constexpr std::array write_no_row_elsewhere = {"CREATE TABLE", "CREATE INDEX", "CREATE VIEW", "CREATE TRIGGER",
                                               "ALTER TABLE"};

bool can_write_rows(const Migration& migration, const Part& part) {
  const auto can = [&](std::size_t index) {
    return std::ranges::find(write_no_row_elsewhere, migration.statements[index].traits.tag) ==
           write_no_row_elsewhere.end();
  };
  return std::ranges::any_of(part.statements, can);
}

bool creates_a_table(const Migration& migration, const Part& part) {
  return std::ranges::any_of(
      part.statements, [&](std::size_t index) { return migration.statements[index].traits.tag == "CREATE TABLE"; });
}

std::string changes_so_far(Database& database) { return database.query("SELECT total_changes()").text(0, 0); }

}  // namespace

ForeignKeyCheck::ForeignKeyCheck(Database& database, const Migration& migration, const Part& part)
    : database_(database) {
  if (can_write_rows(migration, part)) changes_before_ = changes_so_far(database);
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

ForeignKeyViolations ForeignKeyCheck::violations_after() const {
  // A row was written somewhere: a parent's or a child's, so every key has to be looked at.
  if (changes_before_ && changes_so_far(database_) != *changes_before_)
    return ForeignKeyViolations::in_all_tables(database_);
  if (!schema_before_) {
    return last_entry_before_ ? ForeignKeyViolations::in_tables(database_, new_tables()) : ForeignKeyViolations();
  }
  const Schema after = schema_of(database_);
  for (const auto& [name, sql] : *schema_before_) {
    // A table is gone: as a parent it leaves orphans in tables that did not change.
    if (!after.contains(name)) return ForeignKeyViolations::in_all_tables(database_);
  }
  std::vector<std::string> changed;
  for (const auto& [name, sql] : after) {
    const auto before = schema_before_->find(name);
    if (before == schema_before_->end() || before->second != sql) changed.push_back(name);
  }
  return ForeignKeyViolations::in_tables(database_, changed);
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

}  // namespace drydock
