// On PostgreSQL a schema is dropped as a whole where it may be; `public`, and one in which another's extension lives,
// stay with their owner, grants, comment and default privileges, and lose what is in them one by one. Tables come
// before what hangs on them: by the time of an owned sequence it is gone already, and IF EXISTS passes over it.
#include "runner/identity/emptying.h"

#include "runner/database/event_triggers.h"

namespace drydock {
namespace {

// Each row is an object as DROP names it. In order: what fires or depends on the rest, extensions that this role may
// make again, schemas, what is left in the schemas that stay.
constexpr std::string_view postgres_objects = R"(
WITH mine AS (
  SELECT oid FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'MEMBER')),
members AS (
  SELECT d.classid, d.objid, d.refobjid AS extension FROM pg_catalog.pg_depend d
   WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'),
extensions AS (
  SELECT e.oid, e.extname FROM pg_catalog.pg_extension e
   WHERE e.extowner IN (SELECT oid FROM mine) AND e.extname <> 'plpgsql'),
schemas AS (
  SELECT n.oid, n.nspname,
         n.nspname <> 'public' AND n.nspowner IN (SELECT oid FROM mine)
         AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d JOIN members m USING (classid, objid)
                          WHERE d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.refobjid = n.oid
                            AND m.extension NOT IN (SELECT oid FROM extensions)) AS goes
    FROM pg_catalog.pg_namespace n
   WHERE pg_catalog.left(n.nspname, 3) <> 'pg_'
     AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_protect')
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND m.objid = n.oid)),
objects (position, text) AS (
  SELECT 1, pg_catalog.format('EVENT TRIGGER %I', t.evtname) FROM pg_catalog.pg_event_trigger t
   WHERE t.evtname <> 'drydock_protect'
     AND NOT EXISTS (SELECT FROM members m
                      WHERE m.classid = 'pg_catalog.pg_event_trigger'::pg_catalog.regclass AND m.objid = t.oid)
  UNION ALL SELECT 2, pg_catalog.format('PUBLICATION %I', pubname) FROM pg_catalog.pg_publication
  UNION ALL SELECT 3, pg_catalog.format('EXTENSION %I', extname) FROM extensions
  UNION ALL
  SELECT 4, pg_catalog.format('SERVER %I', s.srvname) FROM pg_catalog.pg_foreign_server s
   WHERE s.srvowner IN (SELECT oid FROM mine)
  UNION ALL SELECT 5, pg_catalog.format('SCHEMA %I', nspname) FROM schemas WHERE goes
  UNION ALL
  SELECT CASE WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND i.type LIKE '%table' THEN 6
              WHEN d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN 7 ELSE 8 END,
         CASE WHEN d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass THEN 'ROUTINE'
              WHEN i.type = 'statistics object' THEN 'STATISTICS' WHEN i.type = 'composite type' THEN 'TYPE'
              ELSE pg_catalog.upper(i.type) END || ' ' || i.identity
    FROM schemas n JOIN pg_catalog.pg_depend d ON d.refobjid = n.oid
         CROSS JOIN LATERAL pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
   WHERE NOT n.goes AND d.refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass AND d.deptype = 'n'
     AND d.classid NOT IN ('pg_catalog.pg_default_acl'::pg_catalog.regclass,
                           'pg_catalog.pg_extension'::pg_catalog.regclass)
     AND NOT EXISTS (SELECT FROM members m WHERE m.classid = d.classid AND m.objid = d.objid)
  UNION ALL
  SELECT 9, pg_catalog.format('TABLE drydock.%I', c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   WHERE n.nspname = 'drydock' AND c.relkind = 'r' AND c.relname NOT IN ('stamp', 'policy'))
SELECT text, (position = 9)::integer FROM objects ORDER BY position, text)";

constexpr std::string_view postgres_left = R"(
SELECT 'the extension ' || e.extname || ' stays: it belongs to ' || pg_catalog.pg_get_userbyid(e.extowner)
  FROM pg_catalog.pg_extension e WHERE e.extname <> 'plpgsql'
 UNION ALL
SELECT 'the subscription ' || s.subname || ' stays: dropping it would reach another server'
  FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
 WHERE d.datname = pg_catalog.current_database()
 ORDER BY 1)";

// A virtual table takes its shadow tables along, and may read an ordinary one; a view's triggers go with it.
constexpr std::string_view sqlite_objects = R"(
SELECT upper(CASE type WHEN 'virtual' THEN 'table' ELSE type END) || ' main."' || replace(name, '"', '""') || '"',
       (name LIKE 'drydock\_%' ESCAPE '\')
  FROM pragma_table_list
 WHERE schema = 'main' AND type IN ('table', 'view', 'virtual')
   AND (name NOT LIKE 'sqlite\_%' ESCAPE '\' OR name LIKE 'sqlite\_stat_' ESCAPE '\') 
   AND name NOT IN ('drydock_stamp', 'drydock_policy')
 ORDER BY CASE type WHEN 'view' THEN 1 WHEN 'virtual' THEN 2 ELSE 3 END, name)";

Rows objects_of(Database& database) {
  return database.query(database.dialect() == Dialect::postgres ? postgres_objects : sqlite_objects);
}

// The session's own statements may take as long as they do; a table that somebody uses is waited for, not for ever.
std::string opening(Database& database) {
  if (database.dialect() == Dialect::sqlite) return "PRAGMA user_version = 0; PRAGMA application_id = 0";
  return "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s'; " + quiet_event_triggers(database).begin;
}

// How an object is dropped with all that hangs on it, though something else may have taken it along by now.
std::string drop_sql(Dialect dialect, const std::string& object) {
  constexpr std::string_view kinds_of_several_words[] = {
      "EVENT TRIGGER",        "MATERIALIZED VIEW",      "FOREIGN TABLE",
      "OPERATOR CLASS",       "OPERATOR FAMILY",        "TEXT SEARCH PARSER",
      "TEXT SEARCH TEMPLATE", "TEXT SEARCH DICTIONARY", "TEXT SEARCH CONFIGURATION"};
  std::size_t end = object.find(' ');
  for (const std::string_view kind : kinds_of_several_words)
    if (object.starts_with(kind)) end = kind.size();
  return "DROP " + object.substr(0, end) + " IF EXISTS" + object.substr(end) +
         (dialect == Dialect::postgres ? " CASCADE" : "");
}

std::vector<std::string> texts_of(const Rows& rows) {
  std::vector<std::string> texts;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) texts.push_back(rows.text(row, 0));
  return texts;
}

Emptied empty(Database& database, const Rows& objects) {
  Emptied emptied;
  database.execute(opening(database));
  for (std::size_t row = 0; row < objects.rows.size(); ++row) {
    database.execute(drop_sql(database.dialect(), objects.text(row, 0)));
    if (objects.integer(row, 1) == 0) ++emptied.objects;
  }
  if (database.dialect() == Dialect::sqlite) return emptied;
  database.execute("SELECT pg_catalog.lo_unlink(oid) FROM pg_catalog.pg_largeobject_metadata");
  emptied.left = texts_of(database.query(postgres_left));
  return emptied;
}

}  // namespace

bool has_anything(Database& database) {
  const Rows objects = objects_of(database);
  for (std::size_t row = 0; row < objects.rows.size(); ++row)
    if (objects.integer(row, 1) == 0) return true;
  return false;
}

Emptied empty_database(Database& database) {
  // Foreign keys off, where dropping a table would delete its rows one by one.
  database.reset_session({});
  database.begin();
  try {
    Emptied emptied = empty(database, objects_of(database));
    database.commit();
    return emptied;
  } catch (...) {
    database.rollback();
    throw;
  }
}

}  // namespace drydock
