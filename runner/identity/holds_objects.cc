// Whether a database is as good as new. PostgreSQL notes for every object that lies in a schema that it depends on it,
// whatever its kind: one look there sees tables, types, functions, operators and all that later versions will add.
#include "runner/identity/identity.h"

namespace drydock {
namespace {

constexpr std::string_view postgres_objects = R"(
SELECT EXISTS (
  SELECT FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_namespace n ON n.oid = d.refobjid
   WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.deptype = 'n'
     AND (n.nspname = ANY (pg_catalog.current_schemas(false)) OR n.nspname = ANY ($1::text[]))
     AND pg_catalog.left(n.nspname, 3) <> 'pg_' AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept')
     AND d.classid <> 'pg_catalog.pg_extension'::pg_catalog.regclass
     AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                      WHERE e.classid = d.classid AND e.objid = d.objid AND e.deptype = 'e'))::integer)";

constexpr std::string_view sqlite_objects = R"(
SELECT EXISTS (SELECT 1 FROM main.sqlite_schema
                WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name NOT LIKE 'drydock\_%' ESCAPE '\'
                  AND tbl_name NOT LIKE 'drydock\_%' ESCAPE '\'))";

// As the server reads an array: {"a","b"}.
std::string array_of(const std::vector<std::string>& names) {
  std::string array = "{";
  for (const std::string& name : names) {
    array += array.size() > 1 ? ",\"" : "\"";
    for (const char c : name) {
      if (c == '"' || c == '\\') array += '\\';
      array += c;
    }
    array += '"';
  }
  return array + "}";
}

}  // namespace

bool holds_objects(Database& database, const std::vector<std::string>& schemas) {
  if (database.dialect() == Dialect::sqlite) return database.query(sqlite_objects).integer(0, 0) != 0;
  const Value parameters[] = {array_of(schemas)};
  return database.query(postgres_objects, parameters).integer(0, 0) != 0;
}

}  // namespace drydock
