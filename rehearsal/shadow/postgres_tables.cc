// Which tables a clone copies, and in which format. COPY's binary format is faster, but carries what differs between
// two databases: the oids of types inside arrays and composites, and of objects in the reg* types. Those go as text.
#include <algorithm>

#include "rehearsal/shadow/postgres_rows.h"

namespace drydock {

namespace {

// u: a column's type, or the base of a domain; e: its elements' type.
constexpr std::string_view travels_as_binary =
    "(u.typtype IN ('b', 'e') OR (u.typtype IN ('r', 'm') AND u.oid < 16384)) "
    "AND u.typsend <> 0 AND u.typreceive <> 0 AND u.typname !~ '^reg' "
    "AND (e.oid IS NULL OR (e.oid < 16384 AND e.typtype = 'b' AND e.typsend <> 0 AND e.typreceive <> 0 "
    "AND e.typname !~ '^reg'))";

// One row for each table: schema, name, size, columns, whether all of them travel as binary, the extension it belongs
// to and the condition that this gives for its rows.
std::string tables_sql(bool on_standby) {
  return "SELECT n.nspname, c.relname, pg_catalog.pg_relation_size(c.oid), "
         "pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY a.attnum), "
         "coalesce(pg_catalog.bool_and(" +
         std::string(travels_as_binary) +
         "), true)::int, "
         "coalesce(x.extname, ''), coalesce(x.condition, '') "
         "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
         "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
         "AND a.attgenerated = '' "
         "LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid "
         "LEFT JOIN pg_catalog.pg_type u ON u.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END "
         "LEFT JOIN pg_catalog.pg_type e ON e.oid = u.typelem AND u.typelem <> 0 "
         "LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
         "AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e' "
         "LEFT JOIN LATERAL (SELECT x.extname, x.extconfig, "
         "x.extcondition[pg_catalog.array_position(x.extconfig, c.oid)] AS condition "
         "FROM pg_catalog.pg_extension x WHERE x.oid = d.refobjid) x ON true "
         "WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' "
         "AND n.nspname NOT IN ('information_schema', 'drydock_kept') AND (x.extname IS NULL OR c.oid = ANY "
         "(x.extconfig)) " +
         std::string(on_standby ? "AND c.relpersistence = 'p' " : "") +
         "AND (d.refobjid IS NULL OR pg_catalog.has_table_privilege(c.oid, 'SELECT')) "
         "GROUP BY c.oid, n.nspname, c.relname, x.extname, x.condition ORDER BY 3 DESC, 1, 2";
}

}  // namespace

std::vector<TableToCopy> tables_to_copy(PostgresSource& source, const std::vector<std::string>& missing_extensions) {
  Rows rows = source.query(tables_sql(source.facts().is_standby));
  std::vector<TableToCopy> tables;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string& extension = rows.text(row, 5);
    if (std::ranges::find(missing_extensions, extension) != missing_extensions.end()) continue;
    TableToCopy table;
    table.schema = rows.text(row, 0);
    table.name = rows.text(row, 1);
    table.bytes = rows.integer(row, 2);
    table.columns = rows.rows[row][3].value_or("");
    table.binary = rows.integer(row, 4) == 1;
    table.condition = rows.text(row, 6);
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace drydock
