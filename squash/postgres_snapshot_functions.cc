// Functions, procedures, aggregates, procedural languages, casts and transforms.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

const std::string identity =
    "SELECT n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')'";

// FROM and WHERE of functions of users'. The functions of a range type go with it.
std::string from_functions(const std::string& kinds) {
  return " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace LEFT JOIN pg_aggregate a ON a.aggfnoid = p.oid "
         "WHERE p.prokind IN (" +
         kinds + ") AND " + of_users("n.nspname") + " AND " + no_member("pg_proc", "p.oid") +
         " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND "
         "d.deptype = 'i')";
}

std::string owner_and_grants(const SnapshotSession& session) {
  return ", " + session.role("p.proowner") + " AS owner, " + session.grants("p.proacl", "f", "p.proowner") +
         " AS grants";
}

// pg_get_functiondef() has all that CREATE FUNCTION can say.
SnapshotQuery functions(const SnapshotSession& session, const std::string& kind, const std::string& letters) {
  return {kind,
          identity + ", pg_get_functiondef(p.oid) AS definition" + owner_and_grants(session) + from_functions(letters)};
}

std::string optional_function(const std::string& column, const std::string& name) {
  return ", nullif(" + column + "::oid, 0)::regprocedure::text AS \"" + name + "\"";
}

std::string aggregates_sql(const SnapshotSession& session) {
  return identity +
         ", a.aggkind AS kind, pg_get_function_arguments(p.oid) AS arguments, "
         "format_type(p.prorettype, NULL) AS result, "
         "format_type(a.aggtranstype, NULL) AS state, nullif(a.aggtransspace, 0) AS \"state size\"" +
         optional_function("a.aggtransfn", "transition") + optional_function("a.aggfinalfn", "final") +
         optional_function("a.aggcombinefn", "combine") + optional_function("a.aggserialfn", "serialize") +
         optional_function("a.aggdeserialfn", "deserialize") + optional_function("a.aggmtransfn", "moving transition") +
         optional_function("a.aggminvtransfn", "moving inverse") + optional_function("a.aggmfinalfn", "moving final") +
         ", nullif(a.aggmtranstype, 0)::regtype::text AS \"moving state\", nullif(a.aggmtransspace, 0) AS \"moving "
         "state size\", a.agginitval AS \"initial value\", a.aggminitval AS \"moving initial value\""
         ", nullif(a.aggsortop, 0)::regoperator::text AS \"sort operator\", concat(a.aggfinalmodify, "
         "a.aggmfinalmodify) AS "
         "\"final functions modify\", " +
         yes_if("a.aggfinalextra") + " AS \"final extra\", " + yes_if("a.aggmfinalextra") +
         " AS \"moving final extra\", p.proparallel AS parallel" + owner_and_grants(session) + from_functions("'a'");
}

std::string languages_sql(const SnapshotSession& session) {
  return "SELECT l.lanname" + optional_function("l.lanplcallfoid", "handler") +
         optional_function("l.laninline", "inline") + optional_function("l.lanvalidator", "validator") + ", " +
         yes_if("l.lanpltrusted") + " AS trusted, " + session.role("l.lanowner") + " AS owner, " +
         session.grants("l.lanacl", "l", "l.lanowner") + " AS grants FROM pg_language l WHERE l.oid >= 16384 AND " +
         no_member("pg_language", "l.oid");
}

const std::string casts_sql =
    "SELECT format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL), "
    "CASE c.castmethod WHEN 'f' THEN c.castfunc::regprocedure::text WHEN 'i' THEN 'in and out' ELSE 'none' END AS "
    "function, CASE c.castcontext WHEN 'a' THEN 'assignment' WHEN 'i' THEN 'implicit' END AS context "
    "FROM pg_cast c WHERE c.oid >= 16384 AND " +
    no_member("pg_cast", "c.oid") +
    " AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_cast'::regclass AND d.objid = c.oid AND d.deptype "
    "= 'i')";

}  // namespace

std::vector<SnapshotQuery> function_queries(const SnapshotSession& session) {
  return {
      {"language", languages_sql(session)},
      functions(session, "function", "'f', 'w'"),
      functions(session, "procedure", "'p'"),
      {"aggregate", aggregates_sql(session)},
      {"cast", casts_sql},
      {"transform", "SELECT format_type(t.trftype, NULL) || ' for ' || l.lanname" +
                        optional_function("t.trffromsql", "from SQL") + optional_function("t.trftosql", "to SQL") +
                        " FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang WHERE " +
                        no_member("pg_transform", "t.oid")},
  };
}

}  // namespace drydock
