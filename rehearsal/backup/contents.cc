#include "rehearsal/backup/contents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "rehearsal/shadow/sqlite_census.h"

namespace drydock {

namespace {

using Json = nlohmann::ordered_json;

// One row for each column of a date or time type, and one for a table without any: schema, table, column or "".
constexpr std::string_view postgres_columns =
    "SELECT n.nspname, c.relname, coalesce(a.attname, '') "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
    "AND a.atttypid IN ('pg_catalog.date'::pg_catalog.regtype, 'pg_catalog.timestamp'::pg_catalog.regtype, "
    "'pg_catalog.timestamptz'::pg_catalog.regtype) "
    "WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' "
    "AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept') "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
    "AND e.objid = c.oid AND e.deptype = 'e') ORDER BY 1, 2, a.attnum";

// Infinity is no time; what has no zone is taken as UTC.
std::string postgres_newest(const std::string& column) {
  const std::string time = drydock::quoted(column) + "::pg_catalog.timestamptz";
  return "pg_catalog.max(" + time + ") FILTER (WHERE pg_catalog.isfinite(" + time + ") AND " + time +
         " <= pg_catalog.now())";
}

std::string postgres_count(const std::string& table, const std::vector<std::string>& columns) {
  std::string newest = "NULL::pg_catalog.timestamptz";
  for (const std::string& column : columns) newest += ", " + postgres_newest(column);
  return "SELECT pg_catalog.count(*), pg_catalog.to_char(GREATEST(" + newest +
         ") AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM ONLY " + table;
}

TableContents counted(const std::string& name, const Rows& rows) {
  TableContents table{name, rows.integer(0, 0), std::nullopt};
  if (const Value& newest = rows.rows[0][1]) table.newest = moment_of(*newest);
  return table;
}

BackupContents postgres_contents(Database& database) {
  database.execute("SET TimeZone = 'UTC'; SET row_security = off; SET statement_timeout = 0");
  const Rows columns = database.query(postgres_columns);
  BackupContents contents;
  for (std::size_t row = 0; row < columns.rows.size();) {
    const std::string schema = columns.text(row, 0), table = columns.text(row, 1);
    std::vector<std::string> of_table;
    for (; row < columns.rows.size() && columns.text(row, 0) == schema && columns.text(row, 1) == table; ++row)
      if (!columns.text(row, 2).empty()) of_table.push_back(columns.text(row, 2));
    const std::string name = drydock::quoted(schema) + "." + drydock::quoted(table);
    contents.tables.push_back(counted(schema + "." + table, database.query(postgres_count(name, of_table))));
  }
  return contents;
}

// SQLite has no type for times: a column that is declared as one holds texts, or seconds or milliseconds since 1970.
std::string sqlite_time(const std::string& column) {
  const std::string name = drydock::quoted(column);
  return "CASE WHEN typeof(" + name + ") = 'text' AND " + name +
         " GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*' THEN datetime(" + name + ") WHEN typeof(" + name +
         ") IN ('integer', 'real') AND " + name + " BETWEEN 946684800 AND 32503680000 THEN datetime(" + name +
         ", 'unixepoch') WHEN typeof(" + name + ") IN ('integer', 'real') AND " + name +
         " BETWEEN 946684800000 AND 32503680000000 THEN datetime(" + name + " / 1000, 'unixepoch') END";
}

std::string sqlite_newest(Database& database, const std::string& table) {
  const Rows columns = database.query("SELECT name FROM pragma_table_info(" + literal(table) +
                                      ") WHERE upper(type) LIKE '%DATE%' OR upper(type) LIKE '%TIME%'");
  std::string newest;
  for (std::size_t row = 0; row < columns.rows.size(); ++row) {
    const std::string time = sqlite_time(columns.text(row, 0));
    newest += (newest.empty() ? "SELECT max(moment) FROM (" : " UNION ALL ") + std::string("SELECT max(") + time +
              ") FILTER (WHERE " + time + " <= datetime('now')) AS moment FROM main." + drydock::quoted(table);
  }
  return newest.empty() ? "NULL" : "(" + newest + "))";
}

BackupContents sqlite_contents(Database& database) {
  BackupContents contents;
  for (const std::string& table : sqlite_tables(database)) {
    const std::string question =
        "SELECT (SELECT count(*) FROM main." + drydock::quoted(table) + "), " + sqlite_newest(database, table);
    contents.tables.push_back(counted(table, database.query(question)));
  }
  return contents;
}

}  // namespace

std::int64_t BackupContents::rows() const {
  std::int64_t sum = 0;
  for (const TableContents& table : tables) sum += table.rows;
  return sum;
}

std::optional<Moment> BackupContents::newest() const {
  std::optional<Moment> newest;
  for (const TableContents& table : tables) newest = std::max(newest, table.newest);
  return newest;
}

const TableContents* BackupContents::find(std::string_view name) const {
  const auto found = std::ranges::find(tables, name, &TableContents::name);
  return found == tables.end() ? nullptr : &*found;
}

BackupContents count_contents(Database& database) {
  return database.dialect() == Dialect::postgres ? postgres_contents(database) : sqlite_contents(database);
}

std::string json_of(const BackupContents& contents) {
  Json tables = Json::array();
  for (const TableContents& table : contents.tables)
    tables.push_back({{"table", table.name},
                      {"rows", table.rows},
                      {"newest", table.newest ? Json(iso_of(*table.newest)) : Json(nullptr)}});
  return tables.dump(-1, ' ', false, Json::error_handler_t::replace);
}

BackupContents contents_from_json(const std::string& json) {
  BackupContents contents;
  const Json tables = Json::parse(json, nullptr, false);
  if (!tables.is_array()) return contents;
  for (const Json& each : tables) {
    if (!each.is_object() || !each.value("table", Json()).is_string() || !each.value("rows", Json()).is_number())
      return {};
    TableContents table{each["table"], each["rows"], std::nullopt};
    const Json newest = each.value("newest", Json());
    if (newest.is_string()) table.newest = moment_of(newest.get<std::string>());
    contents.tables.push_back(std::move(table));
  }
  return contents;
}

}  // namespace drydock
