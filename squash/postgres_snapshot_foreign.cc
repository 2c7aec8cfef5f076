// What reaches out of the database or hears of its changes: foreign servers, publications, subscriptions, event
// triggers.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

std::string wrappers_sql(const SnapshotSession& session) {
  return "SELECT w.fdwname, nullif(w.fdwhandler, 0)::regproc::text AS handler, nullif(w.fdwvalidator, "
         "0)::regproc::text AS validator, " +
         options("w.fdwoptions") + " AS options, " + session.role("w.fdwowner") + " AS owner, " +
         session.grants("w.fdwacl", "F", "w.fdwowner") + " AS grants FROM pg_foreign_data_wrapper w WHERE " +
         no_member("pg_foreign_data_wrapper", "w.oid");
}

std::string servers_sql(const SnapshotSession& session) {
  return "SELECT s.srvname, (SELECT w.fdwname FROM pg_foreign_data_wrapper w WHERE w.oid = s.srvfdw) AS wrapper, "
         "s.srvtype AS type, s.srvversion AS version, " +
         options("s.srvoptions") + " AS options, " + session.role("s.srvowner") + " AS owner, " +
         session.grants("s.srvacl", "S", "s.srvowner") + " AS grants FROM pg_foreign_server s WHERE " +
         no_member("pg_foreign_server", "s.oid");
}

// Options hold passwords: their names, and a hash of it all.
std::string user_mappings_sql(const SnapshotSession& session) {
  return "SELECT m.srvname || ' for ' || " + session.role("m.umuser") +
         ", (SELECT string_agg(split_part(o, '=', 1), ', ' ORDER BY o COLLATE \"C\") FROM unnest(m.umoptions) o) AS "
         "options, encode(sha256(convert_to(" +
         options("m.umoptions") +
         ", getdatabaseencoding())), 'hex') AS \"hash of the options\" FROM pg_user_mappings m WHERE NOT EXISTS "
         "(SELECT FROM "
         "pg_depend d WHERE d.classid = 'pg_foreign_server'::regclass AND d.objid = m.srvid AND d.deptype = 'e')";
}

// Columns and rows of a published table came with version 15, as did schemas.
std::string publications_sql(const SnapshotSession& session) {
  const bool parts = session.version >= 150000;
  const std::string columns =
      parts ? " || coalesce(' (' || (SELECT string_agg(a.attname, ', ' ORDER BY a.attnum) FROM pg_attribute a WHERE "
              "a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '') || coalesce(' WHERE ' || "
              "pg_get_expr(r.prqual, r.prrelid), '')"
            : "";
  const std::string schemas =
      ", (SELECT string_agg(s.pnnspid::regnamespace::text, ', ' ORDER BY "
      "s.pnnspid::regnamespace::text COLLATE \"C\") FROM pg_publication_namespace s WHERE "
      "s.pnpubid = p.oid) AS schemas";
  return "SELECT p.pubname, " + session.role("p.pubowner") + " AS owner, " + yes_if("p.puballtables") +
         " AS \"all tables\", (SELECT string_agg(t, ', ' ORDER BY t COLLATE \"C\") FROM (SELECT "
         "r.prrelid::regclass::text" +
         columns + " AS t FROM pg_publication_rel r WHERE r.prpubid = p.oid) tables) AS tables" +
         (parts ? schemas : "") +
         ", concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END, CASE "
         "WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish, " +
         yes_if("p.pubviaroot") + " AS \"via root\" FROM pg_publication p WHERE " +
         no_member("pg_publication", "p.oid");
}

// Where it connects to is a secret.
std::string subscriptions_sql(const SnapshotSession& session) {
  return "SELECT s.subname, " + session.role("s.subowner") + " AS owner, " + yes_if("s.subenabled") +
         " AS enabled, s.subslotname AS slot, " + options("s.subpublications") +
         " AS publications, s.subsynccommit AS \"synchronous commit\" FROM pg_subscription s JOIN pg_database d ON "
         "d.oid = s.subdbid WHERE d.datname = current_database()";
}

std::string event_triggers_sql(const SnapshotSession& session) {
  return "SELECT e.evtname, e.evtevent AS event, (SELECT string_agg(t, ', ' ORDER BY t COLLATE \"C\") FROM "
         "unnest(e.evttags) t) AS tags, e.evtfoid::regproc::text AS function, CASE e.evtenabled WHEN 'D' THEN "
         "'disabled' WHEN 'R' THEN 'on a replica' WHEN 'A' THEN 'always' END AS enabled, " +
         session.role("e.evtowner") + " AS owner FROM pg_event_trigger e WHERE " +
         no_member("pg_event_trigger", "e.oid") +
         " AND NOT EXISTS (SELECT FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace WHERE f.oid = e.evtfoid "
         "AND n.nspname IN ('drydock', 'drydock_kept', 'drydock_protect'))";
}

}  // namespace

std::vector<SnapshotQuery> foreign_queries(const SnapshotSession& session) {
  return {
      {"foreign-data wrapper", wrappers_sql(session)}, {"foreign server", servers_sql(session)},
      {"user mapping", user_mappings_sql(session)},    {"publication", publications_sql(session)},
      {"subscription", subscriptions_sql(session)},    {"event trigger", event_triggers_sql(session)},
  };
}

}  // namespace drydock
