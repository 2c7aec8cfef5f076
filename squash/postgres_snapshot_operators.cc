// Operators, operator families and classes, access methods, conversions.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

std::string operators_sql(const SnapshotSession& session) {
  return "SELECT o.oid::regoperator::text, format_type(o.oprresult, NULL) AS result, "
         "o.oprcode::oid::regprocedure::text "
         "AS function, nullif(o.oprcom, 0)::regoperator::text AS commutator, nullif(o.oprnegate, "
         "0)::regoperator::text AS negator, nullif(o.oprrest::oid, 0)::regproc::text AS restrict, "
         "nullif(o.oprjoin::oid, 0)::regproc::text AS join, " +
         yes_if("o.oprcanhash") + " AS hashes, " + yes_if("o.oprcanmerge") + " AS merges, " +
         session.role("o.oprowner") +
         " AS owner FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE " + of_users("n.nspname") +
         " AND " + no_member("pg_operator", "o.oid");
}

// What is in a family, those parts of an extension aside.
std::string families_sql(const SnapshotSession& session) {
  return "SELECT n.nspname || '.' || f.opfname || ' (' || m.amname || ')', " + session.role("f.opfowner") +
         " AS owner, (SELECT string_agg(o.amopstrategy || ' ' || o.amopopr::regoperator || coalesce(' for order by ' "
         "|| nullif(o.amopsortfamily, 0), ''), ', ' ORDER BY o.amopstrategy, o.amopopr::regoperator::text) FROM "
         "pg_amop o WHERE o.amopfamily = f.oid) AS operators, (SELECT string_agg(p.amprocnum || ' ' || "
         "format_type(p.amproclefttype, NULL) || ' ' || format_type(p.amprocrighttype, NULL) || ' ' || "
         "p.amproc::oid::regprocedure, ', ' ORDER BY p.amprocnum, p.amproc::oid::regprocedure::text) FROM pg_amproc p "
         "WHERE p.amprocfamily = f.oid) AS functions FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace "
         "JOIN pg_am m ON m.oid = f.opfmethod WHERE " +
         of_users("n.nspname") + " AND " + no_member("pg_opfamily", "f.oid");
}

std::string classes_sql(const SnapshotSession& session) {
  return "SELECT n.nspname || '.' || o.opcname || ' (' || m.amname || ')', format_type(o.opcintype, NULL) AS type, " +
         yes_if("o.opcdefault") +
         " AS \"default\", nullif(o.opckeytype, 0)::regtype::text AS storage, (SELECT s.nspname || '.' || f.opfname "
         "FROM pg_opfamily f JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = o.opcfamily) AS family, " +
         session.role("o.opcowner") +
         " AS owner FROM pg_opclass o JOIN pg_namespace n ON n.oid = o.opcnamespace JOIN pg_am m ON m.oid = "
         "o.opcmethod WHERE " +
         of_users("n.nspname") + " AND " + no_member("pg_opclass", "o.oid");
}

}  // namespace

std::vector<SnapshotQuery> operator_queries(const SnapshotSession& session) {
  return {
      {"access method",
       "SELECT m.amname, m.amtype AS type, m.amhandler::text AS handler FROM pg_am m WHERE m.oid >= "
       "16384 AND " +
           no_member("pg_am", "m.oid")},
      {"operator", operators_sql(session)},
      {"operator family", families_sql(session)},
      {"operator class", classes_sql(session)},
      {"conversion",
       "SELECT n.nspname || '.' || c.conname, pg_encoding_to_char(c.conforencoding) AS \"from\", "
       "pg_encoding_to_char(c.contoencoding) AS \"to\", c.conproc::text AS function, " +
           yes_if("c.condefault") + " AS \"default\", " + session.role("c.conowner") +
           " AS owner FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace WHERE " +
           of_users("n.nspname") + " AND " + no_member("pg_conversion", "c.oid")},
  };
}

}  // namespace drydock
