#include "runner/history/adopt/foreign_table.h"

#include <algorithm>
#include <filesystem>

namespace drydock {
namespace {

constexpr std::string_view postgres_columns = R"(
SELECT n.nspname, c.relname, pg_catalog.lower(a.attname), pg_catalog.format_type(a.atttypid, NULL),
       pg_catalog.pg_table_is_visible(c.oid)::integer
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname NOT IN ('drydock', 'drydock_kept')
   AND pg_catalog.left(n.nspname, 3) <> 'pg_' AND pg_catalog.lower(c.relname) IN ()";

constexpr std::string_view sqlite_columns_sql = R"(
SELECT '', s.name, lower(c.name), lower(c.type), 1 FROM main.sqlite_schema s, pragma_table_info(s.name) c
 WHERE s.type = 'table' AND lower(s.name) IN ()";

}  // namespace

bool ForeignTable::has(std::string_view column) const {
  return std::ranges::any_of(columns, [&](const Column& each) { return each.name == column; });
}

bool ForeignTable::has_all(const std::vector<std::string_view>& names) const {
  return std::ranges::all_of(names, [&](std::string_view each) { return has(each); });
}

std::string_view ForeignTable::type_of(std::string_view column) const {
  const auto found = std::ranges::find(columns, column, &Column::name);
  return found == columns.end() ? std::string_view() : found->type;
}

std::string ForeignTable::sql() const {
  return drydock::quoted(schema.empty() ? "main" : schema) + "." + drydock::quoted(name);
}

std::string ForeignTable::display() const {
  if (elsewhere) return name + " in " + elsewhere->url().database();
  return schema.empty() ? name : schema + "." + name;
}

std::vector<ForeignTable> find_tables(Database& database, const std::vector<std::string_view>& names) {
  const bool postgres = database.dialect() == Dialect::postgres;
  std::string sql(postgres ? postgres_columns : sqlite_columns_sql);
  for (std::size_t i = 0; i < names.size(); ++i) sql += (i == 0 ? "" : ", ") + literal(names[i]);
  sql += postgres ? ") ORDER BY 1, 2, a.attnum" : ") ORDER BY 1, 2, c.cid";
  std::vector<ForeignTable> tables;
  const Rows rows = database.query(sql);
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (tables.empty() || tables.back().schema != rows.text(i, 0) || tables.back().name != rows.text(i, 1))
      tables.push_back(
          {.schema = rows.text(i, 0), .name = rows.text(i, 1), .columns = {}, .visible = rows.integer(i, 4) != 0});
    tables.back().columns.push_back({rows.text(i, 2), rows.text(i, 3)});
  }
  return tables;
}

bool holds_row(Database& database, const ForeignTable& table) {
  Database& where = table.elsewhere ? *table.elsewhere : database;
  if (where.dialect() == Dialect::postgres) {
    const Rows allowed = where.query(
        "SELECT (pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND pg_catalog.has_table_privilege(c.oid, 'SELECT') "
        "AND NOT pg_catalog.row_security_active(c.oid))::integer FROM pg_catalog.pg_class c JOIN "
        "pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = " +
        literal(table.schema) + " AND c.relname = " + literal(table.name));
    if (!allowed.empty() && allowed.integer(0, 0) == 0) return true;
  }
  return where.query("SELECT CASE WHEN EXISTS (SELECT 1 FROM " + table.sql() + ") THEN 1 ELSE 0 END").integer(0, 0) !=
         0;
}

std::shared_ptr<Database> open_beside(const Database& database, std::string_view file) {
  if (database.dialect() != Dialect::sqlite) return nullptr;
  const std::filesystem::path path = std::filesystem::path(database.url().database()).parent_path() / file;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return nullptr;
  OpenOptions options;
  options.access = OpenOptions::Access::read_only;
  return open_database(DatabaseUrl::of_file(path.string()), options);
}

}  // namespace drydock
