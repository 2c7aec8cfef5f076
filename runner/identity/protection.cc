// The functions ask for no privilege of whoever drops: the server calls what a trigger names without a look at grants.
// They name everything by its schema, and see nothing but the catalogs.
#include "runner/identity/protection.h"

#include "runner/database/event_triggers.h"
#include "runner/database/lock.h"
#include "runner/database/postgres_lock.h"

namespace drydock {
namespace {

constexpr std::string_view event_trigger = "drydock_protect";
constexpr std::string_view truncate_trigger = "drydock_protect_truncate";

// drydock's own session, while its lock is held: a name alone may stay on in a pooler, or be given by mistake.
std::string drydock_is_at_work() {
  return "pg_catalog.current_setting('application_name') = " + literal(applying_session) +
         " AND EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE " + postgres_lock_condition(LockPurpose::migrate) + ")";
}

std::string hint() {
  return literal(
      "Write it as a migration, with the consent that names what goes, and run \"drydock migrate\", which rehearses it "
      "on a copy first. A command that \"drydock migrate -- COMMAND\" runs must keep the application_name that "
      "PGAPPNAME gives it. \"drydock unprotect\" takes the protection away.");
}

// What a drop takes with it is told by the server, whatever the statement was. An attribute of a composite type is a
// part of values that tables hold. Views, foreign tables and temporary tables hold nothing. Of drydock's own the
// record, the stamp and its policy are kept; the copies in drydock_kept expire.
constexpr std::string_view what_is_kept = R"(
    FROM pg_catalog.pg_event_trigger_dropped_objects() o
   WHERE NOT o.is_temporary
     AND CASE WHEN o.object_type = 'schema' THEN o.object_identity = 'drydock'
              WHEN o.object_type NOT IN ('table', 'table column', 'composite type column') THEN false
              WHEN o.schema_name = 'drydock' THEN o.address_names[2] IN ('history', 'policy', 'stamp')
              ELSE o.schema_name <> 'drydock_kept' END)";

// Most drops are of indexes and temporary tables: they are let go at once. With an index no table or column goes.
std::string drop_body() {
  return R"(
DECLARE
  what text;
  others bigint;
BEGIN
  IF TG_TAG = 'DROP INDEX' THEN
    RETURN;
  END IF;
  IF NOT EXISTS (SELECT)" +
         std::string(what_is_kept) + R"() THEN
    RETURN;
  END IF;
  IF )" + drydock_is_at_work() +
         R"( THEN
    RETURN;
  END IF;
  SELECT o.object_type || ' ' || o.object_identity, count(*) OVER () - 1 INTO what, others)" +
         std::string(what_is_kept) + R"(
   ORDER BY o.original DESC, o.object_type = 'table' DESC
   LIMIT 1;
  RAISE EXCEPTION USING
    ERRCODE = 'insufficient_privilege',
    MESSAGE = 'drydock protects this database: ' || TG_TAG || ' is refused, as it would drop the ' || what ||
              CASE WHEN others > 0 THEN ' and ' || others || ' more' ELSE '' END,
    HINT = )" +
         hint() + R"(;
END)";
}

std::string truncate_body() {
  return R"(
BEGIN
  IF )" + drydock_is_at_work() +
         R"( THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION USING
    ERRCODE = 'insufficient_privilege',
    MESSAGE = 'drydock protects this database: TRUNCATE of ' ||
              pg_catalog.format('%I.%I', TG_TABLE_SCHEMA, TG_TABLE_NAME) || ' is refused',
    HINT = )" +
         hint() + R"(;
END)";
}

std::string function_sql(std::string_view name, std::string_view result, const std::string& body) {
  return "CREATE OR REPLACE FUNCTION " + std::string(protection_schema) + "." + std::string(name) + "() RETURNS " +
         std::string(result) + " LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS " + literal(body) + ";\n";
}

// Partitions are tables of their own; a partitioned parent is asked first, whatever names it.
constexpr std::string_view tables_sql = R"(
SELECT pg_catalog.format('%I.%I', n.nspname, c.relname),
       EXISTS (SELECT FROM pg_catalog.pg_trigger t
                WHERE t.tgrelid = c.oid AND t.tgname = 'drydock_protect_truncate' AND t.tgenabled = 'A')::integer
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND pg_catalog.left(n.nspname, 3) <> 'pg_'
   AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                      AND d.deptype = 'e')
 ORDER BY 1)";

constexpr std::string_view installed_sql = R"(
SELECT EXISTS (SELECT FROM pg_catalog.pg_event_trigger
                WHERE evtname = $1 AND evtevent = 'sql_drop' AND evtenabled = 'A' AND evttags IS NULL
                  AND evtfoid = pg_catalog.to_regproc($2::text || '.refuse_drop'))::integer,
       (SELECT count(*) FROM pg_catalog.pg_proc p
         WHERE (p.oid = pg_catalog.to_regproc($2::text || '.refuse_drop') AND p.prosrc = $3)
            OR (p.oid = pg_catalog.to_regproc($2::text || '.refuse_truncate') AND p.prosrc = $4)),
       (pg_catalog.to_regnamespace($2::text) IS NOT NULL)::integer)";

}  // namespace

Protection read_protection(Database& database) {
  const Value names[] = {std::string(event_trigger), std::string(protection_schema), drop_body(), truncate_body()};
  const Rows installed = database.query(installed_sql, names);
  Protection protection;
  protection.event_trigger = installed.integer(0, 0) != 0;
  protection.current = installed.integer(0, 1) == 2;
  protection.schema = installed.integer(0, 2) != 0;
  const Rows tables = database.query(tables_sql);
  for (std::size_t row = 0; row < tables.rows.size(); ++row) {
    auto& list = tables.integer(row, 1) != 0 ? protection.against_truncate : protection.open_to_truncate;
    list.push_back(tables.text(row, 0));
  }
  return protection;
}

void install_protection(Database& database, const std::string& by) {
  const std::string schema(protection_schema), trigger(event_trigger);
  execute_unseen(database, "CREATE SCHEMA IF NOT EXISTS " + schema + ";\nREVOKE ALL ON SCHEMA " + schema +
                               " FROM PUBLIC;\n" + function_sql("refuse_drop", "event_trigger", drop_body()) +
                               function_sql("refuse_truncate", "trigger", truncate_body()) +
                               "DROP EVENT TRIGGER IF EXISTS " + trigger + ";\nCREATE EVENT TRIGGER " + trigger +
                               " ON sql_drop EXECUTE FUNCTION " + schema + ".refuse_drop();\nALTER EVENT TRIGGER " +
                               trigger + " ENABLE ALWAYS;\nCOMMENT ON EVENT TRIGGER " + trigger + " IS " +
                               literal("refuses drops of tables and columns outside drydock; installed by " + by));
}

void refuse_truncate(Database& database, const std::string& table) {
  const std::string trigger(truncate_trigger);
  execute_unseen(database, "SET LOCAL lock_timeout = '5s';\nDROP TRIGGER IF EXISTS " + trigger + " ON " + table +
                               ";\nCREATE TRIGGER " + trigger + " BEFORE TRUNCATE ON " + table +
                               " FOR EACH STATEMENT EXECUTE FUNCTION " + std::string(protection_schema) +
                               ".refuse_truncate();\nALTER TABLE " + table + " ENABLE ALWAYS TRIGGER " + trigger);
}

// The event trigger goes first: it is nobody's business any more what goes with the functions.
void remove_protection(Database& database) {
  execute_unseen(database, "SET LOCAL lock_timeout = '5s';\nDROP EVENT TRIGGER IF EXISTS " +
                               std::string(event_trigger) + ";\nDROP SCHEMA IF EXISTS " +
                               std::string(protection_schema) + " CASCADE");
}

}  // namespace drydock
