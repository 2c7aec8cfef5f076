// What is said of objects of every kind: comments, security labels, default privileges; grants on what belongs to
// extensions and to the server; large objects.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

// Of objects of users', extensions and the schema public. What hangs on a relation is judged by that.
std::string comments_sql(const std::string& catalog, const std::string& columns) {
  return "SELECT i.type || ' ' || i.identity, " + columns + " FROM " + catalog +
         " d, LATERAL pg_identify_object(d.classoid, d.objoid, d.objsubid) i WHERE (d.objoid >= 16384 OR (d.classoid = "
         "'pg_namespace'::regclass AND d.objoid = to_regnamespace('public'))) AND coalesce(i.schema, '') NOT IN "
         "('drydock', 'drydock_kept', 'drydock_protect') AND (i.type, i.identity) <> ('event trigger', "
         "'drydock_protect') AND "
         "NOT EXISTS (SELECT FROM pg_depend e "
         "WHERE e.classid = d.classoid AND e.objid = d.objoid AND e.deptype = 'e')";
}

std::string default_privileges_sql(const SnapshotSession& session) {
  const std::string usual =
      "CASE WHEN d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's' ELSE d.defaclobjtype "
      "END, d.defaclrole) ELSE '{}'::aclitem[] END";
  return "SELECT " + session.role("d.defaclrole") +
         " || coalesce(' in ' || n.nspname, '') || ', ' || CASE d.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN "
         "'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types' WHEN 'n' THEN 'schemas' ELSE "
         "d.defaclobjtype::text "
         "END, " +
         session.all_grants("d.defaclacl", "d.defaclrole") +
         " AS grants FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace WHERE NOT "
         "(d.defaclacl @> " +
         usual + " AND d.defaclacl <@ " + usual + ")";
}

// Grants that somebody changed since the extension or the server was installed. `acl_kind` as acldefault() takes it.
// Not in information_schema: initdb notes no initial grants there, so that all of them would count as changed.
std::string changed_grants_sql(const SnapshotSession& session, const std::string& catalog, const std::string& acl,
                               const std::string& owner, const std::string& acl_kind) {
  const std::string initial = "coalesce(p.initprivs, acldefault(" + acl_kind + ", x." + owner + "))";
  const std::string now = "coalesce(x." + acl + ", acldefault(" + acl_kind + ", x." + owner + "))";
  return "SELECT i.type || ' ' || i.identity AS identity, " + session.all_grants(now, "x." + owner) +
         " AS grants FROM " + catalog + " x LEFT JOIN pg_init_privs p ON p.classoid = " + literal(catalog) +
         "::regclass AND p.objoid = x.oid AND p.objsubid = 0, LATERAL pg_identify_object(" + literal(catalog) +
         "::regclass, x.oid, 0) i WHERE (x." + acl + " IS NOT NULL OR p.initprivs IS NOT NULL) AND NOT (" + now +
         " @> " + initial + " AND " + now + " <@ " + initial +
         ") AND coalesce(i.schema, '') !~ '^pg_(toast|temp|drydock)' AND (NOT " + no_member(catalog, "x.oid") +
         " OR x.oid < 16384) AND i.identity <> 'public' AND coalesce(i.schema, i.identity) <> 'information_schema'";
}

std::string all_changed_grants_sql(const SnapshotSession& session) {
  const std::string relation = "CASE x.relkind WHEN 'S' THEN 's' ELSE 'r' END::\"char\"";
  return changed_grants_sql(session, "pg_class", "relacl", "relowner", relation) +
         " AND x.relkind NOT IN ('i', 'I', 't', 'c')" + " UNION ALL " +
         changed_grants_sql(session, "pg_proc", "proacl", "proowner", "'f'") + " UNION ALL " +
         changed_grants_sql(session, "pg_type", "typacl", "typowner", "'T'") + " UNION ALL " +
         changed_grants_sql(session, "pg_language", "lanacl", "lanowner", "'l'") + " UNION ALL " +
         changed_grants_sql(session, "pg_namespace", "nspacl", "nspowner", "'n'") + " UNION ALL " +
         changed_grants_sql(session, "pg_foreign_data_wrapper", "fdwacl", "fdwowner", "'F'");
}

// The contents count as data, but a role without a superuser's rights sees no more than the grants.
std::string large_objects_sql(const SnapshotSession& session) {
  return "SELECT m.oid::text, " + session.role("m.lomowner") + " AS owner, " +
         session.grants("m.lomacl", "L", "m.lomowner") + " AS grants FROM pg_largeobject_metadata m";
}

}  // namespace

std::vector<SnapshotQuery> note_queries(const SnapshotSession& session) {
  return {
      {"default privileges of", default_privileges_sql(session)},
      {"changed grants on", all_changed_grants_sql(session)},
      {"large object", large_objects_sql(session)},
      {"comment on", comments_sql("pg_description", "d.description AS text")},
      {"security label on", comments_sql("pg_seclabel", "d.provider, d.label")},
  };
}

}  // namespace drydock
