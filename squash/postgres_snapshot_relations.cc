// Schemas, extensions and the database; tables, columns, views and sequences.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

// FROM and WHERE of relations of users'. REQUIRES: kinds such as "'r', 'p'".
std::string from_relations(const std::string& kinds) {
  return " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN (" + kinds +
         ") AND c.relpersistence <> 't' AND " + of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid");
}

const std::string identity = "SELECT n.nspname || '.' || c.relname";
const std::string unlogged = ", CASE c.relpersistence WHEN 'u' THEN 'unlogged' END AS persistence";
const std::string storage =
    ", (SELECT amname FROM pg_am WHERE oid = c.relam AND amname <> 'heap') AS \"access method\""
    ", (SELECT spcname FROM pg_tablespace WHERE oid = c.reltablespace) AS tablespace";
const std::string table_options = ", " + options("c.reloptions") + " AS options, (SELECT " + options("t.reloptions") +
                                  " FROM pg_class t WHERE t.oid = c.reltoastrelid) AS \"toast options\"";

std::string owner_and_grants(const SnapshotSession& session, const std::string& acl_kind) {
  return ", " + session.role("c.relowner") + " AS owner, " + session.grants("c.relacl", acl_kind, "c.relowner") +
         " AS grants";
}

std::string tables_sql(const SnapshotSession& session) {
  return identity + ", CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS \"partitioned by\"" +
         ", (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE "
         "i.inhrelid = c.oid) AS inherits, pg_get_expr(c.relpartbound, c.oid) AS \"partition\""
         ", CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS \"of type\"" +
         owner_and_grants(session, "r") + unlogged + storage + table_options + ", " + yes_if("c.relrowsecurity") +
         " AS \"row security\", " + yes_if("c.relforcerowsecurity") + " AS \"row security forced\"" +
         ", CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' END AS \"replica "
         "identity\"" +
         from_relations("'r', 'p'");
}

std::string foreign_tables_sql(const SnapshotSession& session) {
  return identity +
         ", (SELECT s.srvname FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver "
         "WHERE f.ftrelid = c.oid) AS server, (SELECT " +
         options("f.ftoptions") + " FROM pg_foreign_table f WHERE f.ftrelid = c.oid) AS options" +
         ", (SELECT string_agg(i.inhparent::regclass::text, ', ' ORDER BY i.inhseqno) FROM pg_inherits i WHERE "
         "i.inhrelid = c.oid) AS inherits, pg_get_expr(c.relpartbound, c.oid) AS \"partition\"" +
         owner_and_grants(session, "r") + from_relations("'f'");
}

// Minor versions from 2026 keep a mark of their own among a column's options: neither set by users nor dumped.
constexpr std::string_view visible_options =
    "array(SELECT o FROM unnest(a.attoptions) o WHERE NOT starts_with(o, 'pg_attver='))";

// The position is a rank: a dropped column leaves a hole in attnum that nobody sees.
std::string columns_sql(const SnapshotSession& session) {
  return identity +
         " || '.' || a.attname, rank() OVER (PARTITION BY c.oid ORDER BY a.attnum) AS position, "
         "format_type(a.atttypid, a.atttypmod) AS type, " +
         yes_if("a.attnotnull") +
         " AS \"not null\""
         ", CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS \"default\""
         ", CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END AS generated"
         ", CASE a.attgenerated WHEN 'v' THEN 'virtual' END AS \"kind of generation\""
         ", CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity"
         ", CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation"
         ", CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END AS storage"
         ", nullif(to_jsonb(a) ->> 'attcompression', '') AS compression"
         ", nullif(coalesce(to_jsonb(a) ->> 'attstattarget', '-1'), '-1') AS \"statistics target\", " +
         options(visible_options) + " AS options, " + options("a.attfdwoptions") +
         " AS \"foreign options\", "
         "CASE WHEN a.attinhcount > 0 THEN CASE WHEN a.attislocal THEN 'and local, ' ELSE '' END || a.attinhcount END "
         "AS inherited, CASE WHEN cardinality(a.attacl) > 0 THEN " +
         session.all_grants("a.attacl", "c.relowner") +
         " END AS grants"
         " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
         " JOIN pg_type t ON t.oid = a.atttypid"
         " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum"
         " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'c')"
         " AND c.relpersistence <> 't' AND " +
         of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid") + " AND " + no_member("pg_type", "c.reltype");
}

std::string sequences_sql(const SnapshotSession& session) {
  return identity +
         ", format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment, "
         "s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache, " +
         yes_if("s.seqcycle") +
         " AS cycle, (SELECT d.refobjid::regclass || '.' || a.attname || CASE d.deptype WHEN 'i' THEN ' (identity)' "
         "ELSE '' END FROM pg_depend d JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid "
         "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_class'::regclass "
         "AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0) AS \"owned by\"" +
         owner_and_grants(session, "s") + unlogged +
         " FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
         "WHERE c.relpersistence <> 't' AND " +
         of_users("n.nspname") + " AND " + no_member("pg_class", "c.oid");
}

std::string views_sql(const SnapshotSession& session, const std::string& kind) {
  const bool materialized = kind == "'m'";
  return identity + ", pg_get_viewdef(c.oid) AS query" +
         (materialized ? ", CASE WHEN c.relispopulated THEN 'yes' ELSE 'no' END AS populated" + storage + table_options
                       : ", " + options("c.reloptions") + " AS options") +
         owner_and_grants(session, "r") + from_relations(kind);
}

}  // namespace

std::vector<SnapshotQuery> schema_queries(const SnapshotSession& session) {
  return {
      {"database", "SELECT '(this database)', " + session.grants("d.datacl", "d", "d.datdba") +
                       " AS grants, shobj_description(d.oid, 'pg_database') AS comment, (SELECT " +
                       options("s.setconfig") +
                       " FROM pg_db_role_setting s WHERE s.setdatabase = d.oid AND s.setrole = 0) AS settings "
                       "FROM pg_database d WHERE d.datname = current_database()"},
      {"settings of a role", "SELECT " + session.role("s.setrole") + ", " + options("s.setconfig") +
                                 " AS settings FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase "
                                 "WHERE d.datname = current_database() AND s.setrole <> 0"},
      {"schema", "SELECT n.nspname, " + session.role("n.nspowner") + " AS owner, " +
                     session.grants("n.nspacl", "n", "n.nspowner") + " AS grants FROM pg_namespace n WHERE " +
                     of_users("n.nspname") + " AND " + no_member("pg_namespace", "n.oid")},
      {"extension",
       "SELECT e.extname, e.extversion AS version, n.nspname AS schema, (SELECT string_agg(t::regclass::text || "
       "coalesce(' ' || nullif(e.extcondition[i], ''), ''), ', ' ORDER BY i) FROM unnest(e.extconfig) WITH ORDINALITY "
       "u(t, i)) AS \"tables of users' rows\" FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace"},
  };
}

std::vector<SnapshotQuery> relation_queries(const SnapshotSession& session) {
  return {
      {"sequence", sequences_sql(session)},
      {"table", tables_sql(session)},
      {"foreign table", foreign_tables_sql(session)},
      {"column", columns_sql(session)},
      {"view", views_sql(session, "'v'")},
      {"materialized view", views_sql(session, "'m'")},
  };
}

}  // namespace drydock
