#include "squash/postgres_snapshot_sql.h"

namespace drydock {

std::string SnapshotSession::role(std::string_view oid) const {
  const std::string role(oid);
  return "CASE WHEN " + role + " = 0 THEN 'PUBLIC' WHEN pg_get_userbyid(" + role + ") = " + literal(migrator) +
         " THEN '(migrator)' WHEN " + role + " = 10 THEN '(superuser)' ELSE quote_ident(pg_get_userbyid(" + role +
         ")) END";
}

std::string SnapshotSession::all_grants(std::string_view acl, std::string_view owner) const {
  return "coalesce((SELECT string_agg(line, '; ' ORDER BY line COLLATE \"C\") FROM (SELECT " + role("g.grantee") +
         " || ': ' || string_agg(g.privilege_type || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END, "
         "', ' ORDER BY g.privilege_type) || CASE WHEN g.grantor = " +
         std::string(owner) + " THEN '' ELSE ' by ' || " + role("g.grantor") + " END AS line FROM aclexplode(" +
         std::string(acl) + ") g GROUP BY g.grantee, g.grantor) lines), '(none)')";
}

std::string SnapshotSession::grants(std::string_view acl, std::string_view kind, std::string_view owner) const {
  const std::string given(acl);
  const std::string usual = "acldefault(" + literal(kind) + ", " + std::string(owner) + ")";
  return "CASE WHEN NOT (" + given + " @> " + usual + " AND " + given + " <@ " + usual + ") THEN " +
         all_grants(acl, owner) + " END";
}

std::string no_member(std::string_view catalog, std::string_view oid) {
  return "NOT EXISTS (SELECT FROM pg_depend member WHERE member.classid = " + literal(catalog) +
         "::regclass AND member.objid = " + std::string(oid) + " AND member.deptype = 'e')";
}

std::string of_users(std::string_view schema) {
  const std::string name(schema);
  return "(" + name + " <> 'information_schema' AND " + name +
         " NOT IN ('drydock', 'drydock_kept', 'drydock_protect') AND " + name + " !~ '^pg_')";
}

std::string yes_if(std::string_view condition) { return "CASE WHEN " + std::string(condition) + " THEN 'yes' END"; }

std::string options(std::string_view array) {
  return "(SELECT string_agg(o, ', ' ORDER BY o COLLATE \"C\") FROM unnest(" + std::string(array) + ") o)";
}

}  // namespace drydock
