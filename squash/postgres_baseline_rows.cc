#include "squash/postgres_baseline_rows.h"

#include <algorithm>

#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

constexpr std::size_t most_rows = 500, most_bytes = 1 << 18;  // of one statement

struct Column {
  std::string name;   // quoted
  bool bare = false;  // its values are SQL without quotes
  bool generated = false;
};

struct Table {
  std::string name, condition, key;  // all of them SQL
  bool identity_always = false;
  std::vector<Column> columns;
};

// The rows of an extension's own tables that its script says are users'.
std::string tables_sql() {
  return "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), coalesce((SELECT nullif(x.extcondition[u.i], "
         "'') "
         "FROM pg_extension x, unnest(x.extconfig) WITH ORDINALITY u(t, i) WHERE u.t = c.oid), ''), "
         "coalesce((SELECT string_agg('t.' || quote_ident(k.attname), ', ' ORDER BY u.i) FROM pg_index x, "
         "unnest(x.indkey::int2[]) WITH ORDINALITY u(n, i) JOIN pg_attribute k ON k.attnum = u.n WHERE x.indrelid = "
         "c.oid "
         "AND x.indisprimary AND k.attrelid = c.oid AND u.i <= x.indnkeyatts), ''), quote_ident(a.attname), "
         "(a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'bool'::regtype))::int, "
         "(a.attgenerated <> '')::int, (a.attidentity = 'a')::int FROM pg_class c JOIN pg_namespace n ON n.oid = "
         "c.relnamespace LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped WHERE "
         "c.relkind = 'r' AND c.relpersistence <> 't' AND " +
         of_users("n.nspname") + " AND (" + no_member("pg_class", "c.oid") +
         " OR EXISTS (SELECT FROM pg_extension e WHERE c.oid = ANY (e.extconfig))) AND pg_relation_size(c.oid) > 0 "
         "ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", a.attnum";
}

std::vector<Table> tables_of(Database& session) {
  const Rows rows = session.query(tables_sql());
  std::vector<Table> tables;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (tables.empty() || tables.back().name != rows.text(row, 0)) {
      tables.push_back({rows.text(row, 0), rows.text(row, 1), rows.text(row, 2), false, {}});
    }
    if (!rows.rows[row][3]) continue;
    Table& table = tables.back();
    table.columns.push_back({rows.text(row, 3), rows.integer(row, 4) == 1, rows.integer(row, 5) == 1});
    table.identity_always = table.identity_always || rows.integer(row, 6) == 1;
  }
  return tables;
}

std::string rows_sql(const Table& table) {
  std::string values, order = table.key;
  for (const Column& column : table.columns) {
    const std::string value = "t." + column.name;
    const std::string text =
        "CASE WHEN " + value + " IS NOT DISTINCT FROM NULL THEN NULL ELSE format('%s', " + value + ") END";
    if (!column.generated) values += (values.empty() ? "" : ", ") + text;
    if (table.key.empty()) order += (order.empty() ? "" : ", ") + text + " COLLATE \"C\"";
  }
  return "SELECT " + (values.empty() ? "NULL" : values) + " FROM ONLY " + table.name + " t " + table.condition +
         (order.empty() ? "" : " ORDER BY " + order);
}

// A carriage return in a file would be read as the end of a line.
std::string string_literal(const std::string& text) {
  const bool escapes = text.find_first_of("\\\r") != std::string::npos;
  std::string result = escapes ? "E'" : "'";
  for (char c : text) {
    if (c == '\'' || (escapes && c == '\\')) result += c;
    if (c == '\r') result += "\\r";
    if (c != '\r') result += c;
  }
  return result + "'";
}

std::string value_sql(const Value& value, const Column& column) {
  if (!value) return "NULL";
  if (!column.bare) return string_literal(*value);
  if (*value == "t") return "true";
  return *value == "f" ? "false" : *value;
}

std::string insert_into(const Table& table, const std::vector<Column>& columns) {
  std::string names;
  for (const Column& column : columns) names += (names.empty() ? "" : ", ") + column.name;
  return "INSERT INTO " + table.name + " (" + names + ")" + (table.identity_always ? " OVERRIDING SYSTEM VALUE" : "") +
         " VALUES\n";
}

std::string statements_for(const Table& table, const Rows& rows) {
  std::vector<Column> columns = table.columns;
  std::erase_if(columns, [](const Column& column) { return column.generated; });
  std::string text = "\n-- rows of " + table.name + "\n";
  std::size_t in_statement = 0, began = 0;
  for (const std::vector<Value>& row : rows.rows) {
    if (columns.empty()) {
      text += "INSERT INTO " + table.name + " DEFAULT VALUES;\n";
      continue;
    }
    if (in_statement == most_rows || text.size() - began > most_bytes) in_statement = 0;
    if (in_statement == 0) {
      if (began != 0) text += ";\n";
      began = text.size();
      text += insert_into(table, columns);
    }
    text += in_statement++ == 0 ? "  (" : ",\n  (";
    for (std::size_t i = 0; i < columns.size(); ++i) text += (i == 0 ? "" : ", ") + value_sql(row[i], columns[i]);
    text += ")";
  }
  return columns.empty() ? text : text + ";\n";
}

}  // namespace

std::string insert_statements(Database& session) {
  std::string text;
  for (const Table& table : tables_of(session)) {
    const Rows rows = session.query(rows_sql(table));
    if (!rows.empty()) text += statements_for(table, rows);
  }
  return text;
}

std::string position_statements(Database& session) {
  const Rows sequences = session.query(
      "SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname), s.seqstart FROM pg_sequence s JOIN pg_class c "
      "ON "
      "c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND " +
      of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid") +
      " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"");
  std::string text;
  for (std::size_t row = 0; row < sequences.rows.size(); ++row) {
    const std::string& name = sequences.text(row, 0);
    const Rows at = session.query("SELECT last_value, is_called::text FROM " + name);
    if (at.text(0, 0) == sequences.text(row, 1) && at.text(0, 1) == "false") continue;
    text += "SELECT pg_catalog.setval(" + string_literal(name) + ", " + at.text(0, 0) + ", " + at.text(0, 1) + ");\n";
  }
  return text.empty() ? text : "\n-- where the sequences stand\n" + text;
}

}  // namespace drydock
