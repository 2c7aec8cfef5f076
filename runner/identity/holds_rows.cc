// Whether a database holds anything that could be lost: first the names of its tables from the catalog, then one
// question whether any of them has a row. Statistics would be cheaper, and say 0 of populated tables.
#include <algorithm>

#include "runner/identity/identity.h"

namespace drydock {
namespace {

// Each table's name as SQL, and whether the answer for it is known beforehand: what the role may not read, or sees
// through row-level security only, may hold rows that a query does not show. Partitions are tables (r), their parent
// (p) has no rows of its own; what an extension brought with it is not the user's.
constexpr std::string_view postgres_tables = R"(
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname),
       (NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') OR NOT pg_catalog.has_table_privilege(c.oid, 'SELECT')
        OR pg_catalog.row_security_active(c.oid))::integer
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND pg_catalog.left(n.nspname, 3) <> 'pg_'
   AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                      AND d.deptype = 'e'))";

// A virtual table answers for its shadow tables.
constexpr std::string_view sqlite_tables = R"(
SELECT 'main."' || replace(name, '"', '""') || '"', 0 FROM pragma_table_list
 WHERE schema = 'main' AND type IN ('table', 'virtual')
   AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'drydock\_%' ESCAPE '\')";

// Each takes a lock for a moment, and a server has room for a few thousand.
constexpr std::size_t tables_per_question = 200;

bool any_row(Database& database, std::span<const std::vector<Value>> tables) {
  // ONLY: what an inherited child holds is asked of the child.
  const std::string from = database.dialect() == Dialect::postgres ? "FROM ONLY " : "FROM ";
  std::string question = "SELECT CASE WHEN ";
  for (std::size_t i = 0; i < tables.size(); ++i) {
    question += (i == 0 ? "" : " OR ") + ("EXISTS (SELECT 1 " + from + *tables[i][0] + ")");
  }
  return database.query(question + " THEN 1 ELSE 0 END").integer(0, 0) != 0;
}

// The answer to a question that cannot be asked is yes: false is to be a proof.
bool may_hold_row(Database& database, std::span<const std::vector<Value>> tables) {
  try {
    return any_row(database, tables);
  } catch (const DatabaseError& error) {
    if (error.details().connection_lost || error.details().canceled) throw;
    return true;
  }
}

}  // namespace

bool holds_rows(Database& database) {
  const Rows tables = database.query(database.dialect() == Dialect::postgres ? postgres_tables : sqlite_tables);
  const auto is_hidden = [&](const std::vector<Value>& table) { return table[1] == "1"; };
  if (std::any_of(tables.rows.begin(), tables.rows.end(), is_hidden)) return true;

  const std::span<const std::vector<Value>> all(tables.rows);
  for (std::size_t at = 0; at < all.size(); at += tables_per_question) {
    if (may_hold_row(database, all.subspan(at, std::min(tables_per_question, all.size() - at)))) return true;
  }
  return false;
}

}  // namespace drydock
