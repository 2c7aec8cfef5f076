// Whoever owns a table, its schema, its database, a type or a function that it is made with can drop it, and whoever is
// a member of such a role. So the application is to own none of them, and the migrations' role what it has to alter.
#include "runner/identity/role_split.h"

#include <string_view>

#include "runner/database/postgres_url.h"

namespace drydock {
namespace {

// $1 is the owning role, $2 the application's. Each gives one statement a row.
constexpr std::string_view memberships = R"(
SELECT pg_catalog.format('REVOKE %I FROM %I', r.rolname, a.rolname)
  FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid
       JOIN pg_catalog.pg_roles a ON a.oid = m.member
 WHERE a.rolname = $2
   AND (r.rolname = $1::text OR r.rolsuper OR EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.relowner = r.oid))
 ORDER BY 1)";

constexpr std::string_view what_the_application_owns = R"(
SELECT pg_catalog.format('REASSIGN OWNED BY %I TO %I', $2::text, $1::text)
  FROM pg_catalog.pg_roles a
 WHERE a.rolname = $2
   AND EXISTS (SELECT FROM pg_catalog.pg_shdepend d
                WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass AND d.refobjid = a.oid
                  AND d.deptype = 'o'))";

// drydock's record goes along: it is written by whoever migrates.
constexpr std::string_view what_others_own = R"(
WITH schemas AS (
  SELECT oid, nspname, nspowner FROM pg_catalog.pg_namespace
   WHERE pg_catalog.left(nspname, 3) <> 'pg_' AND nspname NOT IN ('information_schema', 'drydock_protect')),
owned (classid, oid, owner, position, text) AS (
  SELECT 'pg_namespace', oid, nspowner, 1, pg_catalog.format('SCHEMA %I', nspname) FROM schemas
   WHERE nspname <> 'public'
  UNION ALL
  SELECT 'pg_class', c.oid, relowner, CASE relkind WHEN 'S' THEN 3 ELSE 2 END,
         CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                      WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END || pg_catalog.format(' %I.%I', nspname, relname)
    FROM pg_catalog.pg_class c JOIN schemas n ON n.oid = c.relnamespace
   WHERE relkind IN ('r', 'p', 'v', 'm', 'f')
      OR (relkind = 'S' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
           WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
             AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')))
  UNION ALL
  SELECT 'pg_type', t.oid, typowner, 4,
         CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END || pg_catalog.format(' %I.%I', nspname, typname)
    FROM pg_catalog.pg_type t JOIN schemas n ON n.oid = t.typnamespace
         LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
   WHERE typtype IN ('d', 'e', 'r') OR (typtype = 'c' AND c.relkind = 'c')
  UNION ALL
  SELECT 'pg_proc', p.oid, proowner, 5,
         'ROUTINE ' || pg_catalog.format('%I.%I(%s)', nspname, proname, pg_catalog.pg_get_function_identity_arguments(p.oid))
    FROM pg_catalog.pg_proc p JOIN schemas n ON n.oid = p.pronamespace
   WHERE p.prokind <> 'a')
SELECT 'ALTER ' || o.text || pg_catalog.format(' OWNER TO %I', $1::text)
  FROM owned o JOIN pg_catalog.pg_roles r ON r.oid = o.owner
 WHERE r.rolname <> $1 AND r.rolname <> $2
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = ('pg_catalog.' || o.classid)::pg_catalog.regclass AND d.objid = o.oid
                      AND d.deptype = 'e')
 ORDER BY o.position, o.text)";

constexpr std::string_view rights_in_the_database = R"(
SELECT pg_catalog.format(s.text, pg_catalog.current_database(), $1::text, $2::text)
  FROM (VALUES (1, 'GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %1$I TO %2$I'),
               (2, 'REVOKE CREATE ON DATABASE %1$I FROM PUBLIC, %3$I'),
               (3, 'GRANT CONNECT ON DATABASE %1$I TO %3$I')) s (position, text)
 ORDER BY s.position)";

// Default privileges schema by schema: those for all schemas would open drydock's record.
constexpr std::string_view rights_in_schemas = R"(
SELECT pg_catalog.format(s.text, n.nspname, $1::text, $2::text)
  FROM pg_catalog.pg_namespace n,
       (VALUES (1, 'GRANT USAGE, CREATE ON SCHEMA %1$I TO %2$I'),
               (2, 'REVOKE CREATE ON SCHEMA %1$I FROM PUBLIC, %3$I'),
               (3, 'GRANT USAGE ON SCHEMA %1$I TO %3$I'),
               (4, 'REVOKE TRUNCATE, REFERENCES, TRIGGER ON ALL TABLES IN SCHEMA %1$I FROM PUBLIC, %3$I'),
               (5, 'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %1$I TO %3$I'),
               (6, 'GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %1$I TO %3$I'),
               (7, 'ALTER DEFAULT PRIVILEGES FOR ROLE %2$I IN SCHEMA %1$I '
                   'GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %3$I'),
               (8, 'ALTER DEFAULT PRIVILEGES FOR ROLE %2$I IN SCHEMA %1$I '
                   'GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO %3$I')) s (position, text)
 WHERE pg_catalog.left(n.nspname, 3) <> 'pg_'
   AND n.nspname NOT IN ('information_schema', 'drydock', 'drydock_kept', 'drydock_protect')
 ORDER BY n.nspname, s.position)";

bool exists(Database& database, const std::string& role) {
  const Value name[] = {role};
  return !database.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1", name).rows.empty();
}

bool is_superuser(Database& database, const std::string& role) {
  const Value name[] = {role};
  return !database.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND rolsuper", name).rows.empty();
}

RoleSplit named(Database& database, RoleSplit split) {
  const std::string name = database.query("SELECT pg_catalog.current_database()").text(0, 0);
  if (split.owner.empty()) split.owner = name + "_owner";
  if (split.application.empty()) split.application = name + "_app";
  if (split.owner == split.application)
    throw UnsuitableRole("--owner and --app name one role, " + split.owner + ": the split needs two");
  if (is_superuser(database, split.application))
    throw UnsuitableRole("the role " + split.application +
                         " is a superuser, whom no grant keeps from anything: name a role of the application's own "
                         "by --app");
  return split;
}

std::string section(Database& database, const RoleSplit& split, std::string_view title, std::string_view sql) {
  const Value roles[] = {split.owner, split.application};
  const Rows rows = database.query(sql, roles);
  if (rows.empty()) return {};
  std::string text = "\n-- " + std::string(title) + "\n";
  for (std::size_t row = 0; row < rows.rows.size(); ++row) text += rows.text(row, 0) + ";\n";
  return text;
}

std::string new_roles(Database& database, const RoleSplit& split) {
  std::string text;
  if (!exists(database, split.owner)) text += "CREATE ROLE " + quoted(split.owner) + " NOLOGIN;\n";
  if (!exists(database, split.application))
    text += "CREATE ROLE " + quoted(split.application) + " LOGIN; -- its password: \\password in psql\n";
  return text.empty() ? text : "\n-- Who is not there yet.\n" + text;
}

}  // namespace

std::string role_split_sql(Database& database, const RoleSplit& given) {
  const RoleSplit split = named(database, given);
  return "-- Gives what is in this database to " + quoted(split.owner) + ", which migrates, and leaves " +
         quoted(split.application) +
         " a role that\n-- reads and writes and can neither drop nor own a table. For a superuser to run, by psql. It "
         "is a seat belt and no\n-- security boundary: DELETE stays, and whoever can become the owner can drop.\n\n"
         "BEGIN;\n" +
         new_roles(database, split) +
         section(database, split, "Memberships by which the application would own after all.", memberships) +
         section(database, split, "What the application owns: tables, schemas, types, functions, the database.",
                 what_the_application_owns) +
         section(database, split, "What others own.", what_others_own) +
         section(database, split, "Who may make what in the database.", rights_in_the_database) +
         section(database, split, "Who may do what in its schemas, also with what is made later.", rights_in_schemas) +
         "\nCOMMIT;\n\n-- Migrations take the owning role: GRANT " + quoted(split.owner) +
         " TO the role that deploys, and add to its address\n-- ?options=-c%20role%3D" + percent_encoded(split.owner) +
         "\n";
}

}  // namespace drydock
