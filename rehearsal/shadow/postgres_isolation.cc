#include "rehearsal/shadow/postgres_isolation.h"

namespace drydock {

namespace {

std::string joined(const Rows& rows) {
  std::string result;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) result += (row == 0 ? "" : ", ") + rows.text(row, 0);
  return result;
}

// A wrapper without a handler cannot read or write a single foreign table; their definitions stay.
std::string cut_wrappers(Database& shadow) {
  Rows wrappers = shadow.query(
      "SELECT pg_catalog.quote_ident(fdwname) FROM pg_catalog.pg_foreign_data_wrapper "
      "WHERE fdwhandler <> 0 ORDER BY 1");
  std::string sql;
  for (std::size_t row = 0; row < wrappers.rows.size(); ++row) {
    sql += "ALTER FOREIGN DATA WRAPPER " + wrappers.text(row, 0) + " NO HANDLER;\n";
  }
  if (!sql.empty()) shadow.execute(sql);
  return joined(shadow.query("SELECT srvname FROM pg_catalog.pg_foreign_server ORDER BY 1"));
}

// Whoever was granted one loses it too.
bool cut_dblink(Database& shadow) {
  Rows functions = shadow.query(
      "SELECT p.oid::pg_catalog.regprocedure::text, coalesce((SELECT pg_catalog.string_agg(DISTINCT "
      "CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END, ', "
      "') "
      "FROM pg_catalog.aclexplode(p.proacl) a WHERE a.grantee <> p.proowner), 'PUBLIC') "
      "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass "
      "AND d.objid = p.oid AND d.deptype = 'e' JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid "
      "WHERE e.extname = 'dblink'");
  std::string sql;
  for (std::size_t row = 0; row < functions.rows.size(); ++row) {
    sql += "REVOKE EXECUTE ON FUNCTION " + functions.text(row, 0) + " FROM " + functions.text(row, 1) + ";\n";
  }
  if (!sql.empty()) shadow.execute(sql);
  return !functions.empty();
}

}  // namespace

std::vector<std::string> notes_on_source(PostgresSource& source) {
  std::vector<std::string> notes;
  std::string subscriptions = joined(source.query(
      "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d ON d.oid = s.subdbid "
      "WHERE d.datname = pg_catalog.current_database() ORDER BY 1"));
  if (!subscriptions.empty()) notes.push_back("subscriptions are not on the shadow: " + subscriptions);
  std::string jobs =
      joined(source.query("SELECT extname FROM pg_catalog.pg_extension WHERE extname IN "
                          "('pg_cron', 'pgagent', 'pg_timetable', 'pg_partman', 'timescaledb') ORDER BY 1"));
  if (!jobs.empty()) notes.push_back("scheduled jobs do not run on the shadow: " + jobs);
  bool large_objects =
      source.query("SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata)::int").integer(0, 0) == 1;
  if (large_objects) notes.emplace_back("the database has large objects: they are not on the shadow and not covered");
  if (source.facts().is_standby) {
    notes.emplace_back(
        "the source is a standby: rows of unlogged tables are on its primary only, and not on the shadow");
  }
  return notes;
}

std::vector<std::string> cut_connections(Database& shadow) {
  std::vector<std::string> notes;
  std::string servers = cut_wrappers(shadow);
  if (!servers.empty()) {
    notes.push_back("foreign servers cannot be reached from the shadow, and have no user mappings there: " + servers);
  }
  if (cut_dblink(shadow)) notes.emplace_back("the functions of dblink may not be called on the shadow");
  return notes;
}

}  // namespace drydock
