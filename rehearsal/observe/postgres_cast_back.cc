#include "rehearsal/observe/postgres_cast_back.h"

#include "runner/migration/checksum.h"

#include "rehearsal/observe/postgres_keep.h"

namespace drydock {

namespace {

bool can_cast(Database& database, const std::string& from, const std::string& to) {
  database.execute("SAVEPOINT drydock_cast");
  try {
    // No row: a domain may allow no NULL.
    database.query("SELECT CAST(CAST(NULL AS " + from + ") AS " + to + ") WHERE false");
    database.execute("RELEASE SAVEPOINT drydock_cast");
    return true;
  } catch (const DatabaseError& error) {
    if (error.details().connection_lost || error.details().canceled) throw;
    database.execute("ROLLBACK TO SAVEPOINT drydock_cast");
    return false;
  }
}

bool has_zone(const std::string& type) { return type.starts_with("timestamp") && type.ends_with("with time zone"); }
bool is_time(const std::string& type) { return type.starts_with("timestamp") || type == "date"; }

// Between a time with a zone and one without, a cast depends on the session's zone, which CanonicalSettings keeps; the
// server's function timezone() casts by it in either direction.
std::string in_sessions_zone(const std::string& value, const std::string& from, const std::string& to) {
  if (!is_time(from) || !is_time(to) || has_zone(from) == has_zone(to)) return value;
  const std::string local = has_zone(from) ? value : "CAST(" + value + " AS timestamp)";
  return "pg_catalog.timezone(pg_catalog.current_setting('drydock.timezone'), " + local + ")";
}

// What is kept of a column that is not typed is text, which may be NULL where the column's domain may not.
std::string function_for(Database& database, const TableColumn& before, const std::string& from,
                         const std::string& to) {
  const std::string v = in_sessions_zone("v", from, to);
  const std::string cast = "CAST(" + v + " AS " + to + ")";
  // A function keeps the types that it was made with: each pair has its own.
  constexpr std::size_t prefix_of_hash = 7, of_hash = 16;
  const std::string types = sha256(from + " to " + to).substr(prefix_of_hash, of_hash);
  const std::string name = "pg_temp.\"drydock_back_" + std::to_string(before.number) + "_" + types + "\"";
  database.execute("CREATE OR REPLACE FUNCTION " + name + "(v " + from + ") RETURNS " +
                   (before.typed ? to : "pg_catalog.text") + " LANGUAGE plpgsql AS $drydock$ BEGIN RETURN " +
                   (before.typed ? cast : kept_expression(cast, before)) +
                   "; EXCEPTION WHEN OTHERS THEN RETURN NULL; END $drydock$");
  return name;
}

}  // namespace

bool retyped(const TableColumn& before, const TableColumn& after) {
  return before.type != after.type || before.modifier != after.modifier;
}

std::string cast_back_expression(Database& database, const TableColumn& before, const TableColumn& after,
                                 const std::string& alias, CastBack how) {
  const std::string value = alias + "." + drydock::quoted(after.name);
  if (!retyped(before, after)) return kept_expression(value, before);
  const std::string old_type = type_text_now(database, before);
  if (old_type.empty()) return kept_expression(value, before);  // kept as text, for such a type is never typed
  if (!can_cast(database, after.type_text, old_type)) return no_value_of(database, before);
  if (how == CastBack::at_once)
    return kept_expression("CAST(" + in_sessions_zone(value, after.type_text, old_type) + " AS " + old_type + ")",
                           before);
  const std::string call = function_for(database, before, after.type_text, old_type) + "(" + value + ")";
  return before.typed ? kept_expression(call, before) : call + " COLLATE pg_catalog.\"C\"";
}

std::string no_value_of(Database& database, const TableColumn& before) {
  const std::string type = before.typed ? type_text_now(database, before) : "";
  if (type.empty()) return "CAST(NULL AS pg_catalog.text) COLLATE pg_catalog.\"C\"";
  return kept_expression("CAST(NULL AS " + type + ")", before);
}

}  // namespace drydock
