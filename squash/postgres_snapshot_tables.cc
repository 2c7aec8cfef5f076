// What belongs to tables and views: constraints, indexes, triggers, rules, policies, statistics.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

// FROM and WHERE of what hangs on relations of users'. `on` gives the relation's oid.
std::string from_parts(const std::string& catalog, const std::string& on) {
  return " FROM " + catalog + " x JOIN pg_class c ON c.oid = " + on +
         " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relpersistence <> 't' AND " + of_users("n.nspname") +
         " AND " + no_member("pg_class", "c.oid") + " AND " + no_member(catalog, "x.oid");
}

std::string identity(const std::string& name) { return "SELECT n.nspname || '.' || c.relname || '.' || " + name; }

std::string enabled(const std::string& column) {
  return ", CASE " + column +
         " WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'on a replica' WHEN 'A' THEN 'always' END AS enabled";
}

// A key that refers to a partitioned table has one constraint more for each partition of that, named by the server.
std::string constraints_sql() {
  return identity("x.conname") +
         ", pg_get_constraintdef(x.oid) AS definition, CASE x.contype WHEN 't' THEN 'trigger' END AS kind, " +
         yes_if("NOT x.convalidated") + " AS \"not valid\"" +
         ", CASE WHEN x.coninhcount > 0 THEN CASE WHEN x.conislocal THEN 'and local, ' ELSE '' END || x.coninhcount "
         "END AS inherited" +
         from_parts("pg_constraint", "x.conrelid") +
         " AND x.contype <> 't' AND NOT EXISTS (SELECT FROM pg_constraint p WHERE p.oid = x.conparentid AND p.conrelid "
         "= x.conrelid)";
}

std::string domain_constraints_sql() {
  return "SELECT n.nspname || '.' || t.typname || '.' || x.conname, pg_get_constraintdef(x.oid) AS definition, " +
         yes_if("NOT x.convalidated") +
         " AS \"not valid\" FROM pg_constraint x JOIN pg_type t ON t.oid = x.contypid JOIN pg_namespace n ON n.oid = "
         "t.typnamespace WHERE " +
         of_users("n.nspname") + " AND " + no_member("pg_type", "t.oid");
}

std::string indexes_sql() {
  return "SELECT n.nspname || '.' || c.relname, pg_get_indexdef(c.oid) AS definition, " + yes_if("x.indisprimary") +
         " AS \"primary\", " + yes_if("x.indisclustered") + " AS clustered, " + yes_if("x.indisreplident") +
         " AS \"replica identity\", " + yes_if("NOT x.indisvalid") + " AS invalid, " + yes_if("NOT x.indisready") +
         " AS \"not ready\", " + yes_if("NOT x.indimmediate") +
         " AS deferrable, (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace) AS tablespace"
         ", (SELECT i.inhparent::regclass::text FROM pg_inherits i WHERE i.inhrelid = c.oid) AS \"part of\""
         ", (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE "
         "a.attrelid = c.oid AND a.attstattarget >= 0) AS \"statistics targets\""
         " FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
         " WHERE c.relpersistence <> 't' AND " +
         of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid") + " AND " +
         no_member("pg_class", "x.indrelid");
}

std::string triggers_sql() {
  return identity("x.tgname") + ", pg_get_triggerdef(x.oid) AS definition" + enabled("x.tgenabled") + ", " +
         yes_if("coalesce(to_jsonb(x) ->> 'tgparentid', '0') <> '0'") + " AS \"of the partitioned table\"" +
         from_parts("pg_trigger", "x.tgrelid") + " AND NOT x.tgisinternal AND x.tgname <> 'drydock_protect_truncate'";
}

// Those that check foreign keys, where somebody switched them: ALTER TABLE ... DISABLE TRIGGER ALL.
std::string switched_keys_sql() {
  return identity("k.conname || '.' || f.proname") + enabled("x.tgenabled") +
         " FROM pg_trigger x JOIN pg_constraint k ON k.oid = x.tgconstraint JOIN pg_proc f ON f.oid = x.tgfoid JOIN "
         "pg_class c ON c.oid = x.tgrelid "
         "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE x.tgisinternal AND x.tgenabled <> 'O' AND " +
         of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid");
}

std::string policies_sql(const SnapshotSession& session) {
  return identity("x.polname") +
         ", CASE x.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' "
         "ELSE 'ALL' END AS command, CASE WHEN NOT x.polpermissive THEN 'restrictive' END AS kind"
         ", (SELECT string_agg(name, ', ' ORDER BY name COLLATE \"C\") FROM (SELECT " +
         session.role("r") +
         " AS name FROM unnest(x.polroles) r) names) AS roles, pg_get_expr(x.polqual, x.polrelid) AS \"using\""
         ", pg_get_expr(x.polwithcheck, x.polrelid) AS \"with check\"" +
         from_parts("pg_policy", "x.polrelid");
}

std::string statistics_sql(const SnapshotSession& session) {
  return "SELECT n.nspname || '.' || x.stxname, pg_get_statisticsobjdef(x.oid) AS definition, " +
         session.role("x.stxowner") +
         " AS owner, nullif(coalesce(to_jsonb(x) ->> 'stxstattarget', '-1'), '-1') AS target FROM pg_statistic_ext x "
         "JOIN pg_namespace n ON n.oid = x.stxnamespace WHERE " +
         of_users("n.nspname") + " AND " + no_member("pg_statistic_ext", "x.oid");
}

}  // namespace

std::vector<SnapshotQuery> table_queries(const SnapshotSession& session) {
  return {
      {"index", indexes_sql()},
      {"constraint", constraints_sql()},
      {"domain constraint", domain_constraints_sql()},
      {"statistics", statistics_sql(session)},
      {"rule", identity("x.rulename") + ", pg_get_ruledef(x.oid) AS definition" + enabled("x.ev_enabled") +
                   from_parts("pg_rewrite", "x.ev_class") + " AND x.rulename <> '_RETURN'"},
      {"trigger", triggers_sql()},
      {"trigger of a foreign key", switched_keys_sql()},
      {"row security policy", policies_sql(session)},
  };
}

}  // namespace drydock
