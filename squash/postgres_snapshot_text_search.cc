// Text search: parsers, templates, dictionaries and configurations.
#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

std::string from(const std::string& catalog, const std::string& schema) {
  return " FROM " + catalog + " x JOIN pg_namespace n ON n.oid = x." + schema + " WHERE " + of_users("n.nspname") +
         " AND " + no_member(catalog, "x.oid");
}

const std::string token_types =
    ", (SELECT string_agg(k.alias || ': ' || dictionaries, '; ' ORDER BY k.alias) FROM (SELECT m.maptokentype, "
    "string_agg(m.mapdict::regdictionary::text, ', ' ORDER BY m.mapseqno) AS dictionaries FROM pg_ts_config_map m "
    "WHERE m.mapcfg = x.oid GROUP BY m.maptokentype) g JOIN ts_token_type(x.cfgparser) k ON k.tokid = g.maptokentype) "
    "AS mappings";

}  // namespace

std::vector<SnapshotQuery> text_search_queries(const SnapshotSession& session) {
  return {
      {"text search parser",
       "SELECT n.nspname || '.' || x.prsname, x.prsstart::text AS start, x.prstoken::text AS token, x.prsend::text AS "
       "\"end\", nullif(x.prsheadline::oid, 0)::regproc::text AS headline, x.prslextype::text AS types" +
           from("pg_ts_parser", "prsnamespace")},
      {"text search template",
       "SELECT n.nspname || '.' || x.tmplname, nullif(x.tmplinit::oid, 0)::regproc::text AS init, x.tmpllexize::text "
       "AS lexize" +
           from("pg_ts_template", "tmplnamespace")},
      {"text search dictionary",
       "SELECT n.nspname || '.' || x.dictname, (SELECT s.nspname || '.' || t.tmplname FROM pg_ts_template t JOIN "
       "pg_namespace s ON s.oid = t.tmplnamespace WHERE t.oid = x.dicttemplate) AS template, x.dictinitoption AS "
       "options, " +
           session.role("x.dictowner") + " AS owner" + from("pg_ts_dict", "dictnamespace")},
      {"text search configuration",
       "SELECT n.nspname || '.' || x.cfgname, (SELECT s.nspname || '.' || p.prsname FROM pg_ts_parser p JOIN "
       "pg_namespace s ON s.oid = p.prsnamespace WHERE p.oid = x.cfgparser) AS parser" +
           token_types + ", " + session.role("x.cfgowner") + " AS owner" + from("pg_ts_config", "cfgnamespace")},
  };
}

}  // namespace drydock
