#include "runner/history/adopt/foreign_sql.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "runner/history/history_sql.h"

namespace drydock {

std::string insert_into(const ForeignTable& table, const SqlValues& values) {
  std::string columns, sql;
  for (const auto& [column, value] : values) {
    // As stored: a tool's table may have its columns in capitals, and PostgreSQL folds what is not quoted.
    columns += (columns.empty() ? "" : ", ") + std::string(column);
    sql += (sql.empty() ? "" : ", ") + value;
  }
  return "INSERT INTO " + table.sql() + " (" + columns + ") VALUES (" + sql + ")";
}

std::string sql_text(const Database& database, std::string_view text) {
  return robust_literal(text, database.dialect());
}

std::string sql_truth(const Database& database, bool truth) {
  if (database.dialect() == Dialect::postgres) return truth ? "true" : "false";
  return truth ? "1" : "0";
}

std::string sql_time(const Database& database, const std::string& iso_8601) {
  return database.dialect() == Dialect::postgres ? literal(iso_8601) : "datetime(" + literal(iso_8601) + ")";
}

std::string now_of(Database& database) {
  if (database.dialect() == Dialect::sqlite)
    return database.query("SELECT strftime('%Y-%m-%dT%H:%M:%fZ', 'now')").text(0, 0);
  return database
      .query(
          "SELECT pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', "
          "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')")
      .text(0, 0);
}

std::vector<std::vector<std::string>> read_columns(Database& database, const ForeignTable& table,
                                                   const std::vector<std::string_view>& columns,
                                                   std::string_view order_by) {
  Database& where = table.elsewhere ? *table.elsewhere : database;
  std::string sql;
  for (const std::string_view column : columns)
    sql += (sql.empty() ? "SELECT " : ", ") + ("coalesce(CAST(" + std::string(column)) + " AS text), '')";
  const Rows found = where.query(sql + " FROM " + table.sql() + " ORDER BY " + std::string(order_by));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < found.rows.size(); ++i) {
    rows.emplace_back();
    for (std::size_t column = 0; column < columns.size(); ++column) rows.back().push_back(found.text(i, column));
  }
  return rows;
}

std::string leading_version(std::string_view text) {
  std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  while (end > 0 && text[end - 1] == '.') --end;
  return std::string(text.starts_with('.') ? std::string_view() : text.substr(0, end));
}

std::string recorded_name(const MigrationFile& file) {
  return file.recorded_as.empty() ? std::string(file.version.significant()) : file.recorded_as;
}

std::string with_spaces(std::string_view name) {
  std::string text(name);
  std::ranges::replace(text, '_', ' ');
  return text;
}

std::string raw_bytes(const MigrationFile& file) {
  std::ifstream stream(file.path, std::ios::binary);
  std::string bytes(std::istreambuf_iterator<char>(stream), {});
  if (!stream) throw MigrationError(file.file, 0, "the file cannot be read: look at its permissions");
  return bytes;
}

}  // namespace drydock
