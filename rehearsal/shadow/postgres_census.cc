#include "rehearsal/shadow/postgres_census.h"

namespace drydock {

namespace {

// Partitioned tables have no rows of their own, unlogged ones none on a standby; what an extension keeps and what
// drydock keeps are nobody's data.
constexpr std::string_view tables_sql =
    "SELECT n.nspname || '.' || c.relname, "
    "(c.relkind = 'p' OR (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()))::int "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' "
    "AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept') "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
    "AND e.objid = c.oid AND e.deptype = 'e') ORDER BY 1";

}  // namespace

Census postgres_census(Database& database, const std::map<std::string, std::int64_t>& rows_by_table) {
  Census census;
  Rows tables = database.query(tables_sql);
  for (std::size_t row = 0; row < tables.rows.size(); ++row) {
    const std::string& name = tables.text(row, 0);
    bool empty_by_nature = tables.integer(row, 1) == 1;
    auto counted = rows_by_table.find(name);
    if (counted == rows_by_table.end() && !empty_by_nature) {
      throw CannotRehearse("the rows of " + name +
                           " could not be counted: it was made while the shadow was; run again");
    }
    std::int64_t rows = counted == rows_by_table.end() ? 0 : counted->second;
    census.rows_by_table.emplace_back(name, rows);
    census.rows += rows;
  }
  census.tables = static_cast<std::int64_t>(census.rows_by_table.size());
  census.bytes = database.query("SELECT pg_catalog.pg_database_size(pg_catalog.current_database())").integer(0, 0);
  return census;
}

}  // namespace drydock
