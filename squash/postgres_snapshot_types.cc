// Types of users' own, and collations. Types of tables, of arrays and of multiranges go with what they are made with.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

// FROM and WHERE of types of users'. REQUIRES: kinds such as "'e'".
std::string from_types(const std::string& kinds) {
  return " FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN (" + kinds + ") AND " +
         of_users("n.nspname") + " AND " + no_member("pg_type", "t.oid");
}

const std::string identity = "SELECT n.nspname || '.' || t.typname";

std::string owner_and_grants(const SnapshotSession& session) {
  return ", " + session.role("t.typowner") + " AS owner, " + session.grants("t.typacl", "T", "t.typowner") +
         " AS grants";
}

// The order of the labels is their rank: ADD VALUE ... BEFORE makes fractions.
std::string enums_sql(const SnapshotSession& session) {
  return identity +
         ", (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder) FROM pg_enum e WHERE "
         "e.enumtypid = t.oid) AS labels" +
         owner_and_grants(session) + from_types("'e'");
}

std::string domains_sql(const SnapshotSession& session) {
  return identity + ", format_type(t.typbasetype, t.typtypmod) AS type, " + yes_if("t.typnotnull") +
         " AS \"not null\", coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault) AS \"default\""
         ", CASE WHEN t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype) THEN "
         "t.typcollation::regcollation::text END AS collation" +
         owner_and_grants(session) + from_types("'d'");
}

std::string ranges_sql(const SnapshotSession& session) {
  return "SELECT n.nspname || '.' || t.typname, format_type(r.rngsubtype, NULL) AS subtype"
         ", (SELECT s.nspname || '.' || o.opcname FROM pg_opclass o JOIN pg_namespace s ON s.oid = o.opcnamespace "
         "WHERE o.oid = r.rngsubopc) AS \"operator class\""
         ", nullif(r.rngcollation, 0)::regcollation::text AS collation, nullif(r.rngcanonical::oid, 0)::regproc::text "
         "AS canonical, nullif(r.rngsubdiff::oid, 0)::regproc::text AS difference"
         ", (to_jsonb(r) ->> 'rngmultitypid')::oid::regtype::text AS multirange" +
         owner_and_grants(session) +
         " FROM pg_range r JOIN pg_type t ON t.oid = r.rngtypid JOIN pg_namespace n ON n.oid = t.typnamespace WHERE " +
         of_users("n.nspname") + " AND " + no_member("pg_type", "t.oid");
}

std::string base_types_sql(const SnapshotSession& session) {
  return identity +
         ", t.typinput::text AS input, t.typoutput::text AS output, nullif(t.typreceive::oid, 0)::regproc::text AS "
         "receive, nullif(t.typsend::oid, 0)::regproc::text AS send, nullif(t.typmodin::oid, 0)::regproc::text AS "
         "\"modifier input\", nullif(t.typmodout::oid, 0)::regproc::text AS \"modifier output\", "
         "nullif(t.typanalyze::oid, 0)::regproc::text AS analyze, t.typlen AS length, t.typalign AS alignment, "
         "t.typstorage AS storage, " +
         yes_if("t.typbyval") +
         " AS \"by value\", t.typcategory AS category, t.typispreferred AS preferred, t.typdelim AS delimiter, "
         "t.typdefault AS \"default\", nullif(t.typcollation, 0)::regcollation::text AS collation" +
         owner_and_grants(session) + from_types("'b'") +
         " AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)";
}

std::string collations_sql(const SnapshotSession& session) {
  return "SELECT n.nspname || '.' || l.collname, l.collprovider AS provider, l.collcollate AS \"lc_collate\", "
         "l.collctype AS \"lc_ctype\", coalesce(to_jsonb(l) ->> 'colliculocale', to_jsonb(l) ->> 'colllocale') AS "
         "locale, to_jsonb(l) ->> 'collicurules' AS rules, " +
         yes_if("NOT l.collisdeterministic") + " AS \"not deterministic\", " + session.role("l.collowner") +
         " AS owner FROM pg_collation l JOIN pg_namespace n ON n.oid = l.collnamespace WHERE " + of_users("n.nspname") +
         " AND " + no_member("pg_collation", "l.oid");
}

}  // namespace

std::vector<SnapshotQuery> type_queries(const SnapshotSession& session) {
  return {
      {"collation", collations_sql(session)},
      {"base type", base_types_sql(session)},
      {"shell type", identity + owner_and_grants(session) + from_types("'p'")},
      {"enum", enums_sql(session)},
      {"domain", domains_sql(session)},
      {"range type", ranges_sql(session)},
      {"composite type", identity + owner_and_grants(session) + from_types("'c'") +
                             " AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c')"},
  };
}

}  // namespace drydock
