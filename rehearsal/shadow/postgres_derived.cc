#include "rehearsal/shadow/postgres_derived.h"

#include <algorithm>

#include "runner/database/error.h"

namespace drydock {

namespace {

constexpr std::size_t at_once = 500;  // sequences in one query

// A sequence that an extension keeps is made by it.
std::vector<std::string> sequences_of(PostgresSource& source) {
  Rows rows = source.query(
      "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) "
      "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.relkind = 'S' AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' "
      "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
      "AND e.objid = c.oid AND e.deptype = 'e') "
      "AND NOT (c.relpersistence = 'u' AND pg_catalog.pg_is_in_recovery()) ORDER BY 1");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

// Filled on the source, each after those that it reads.
constexpr std::string_view views_sql =
    "WITH RECURSIVE reads AS (SELECT DISTINCT r.ev_class AS view, d.refobjid AS read FROM pg_catalog.pg_rewrite r "
    "JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid "
    "AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid <> r.ev_class "
    "JOIN pg_catalog.pg_class c ON c.oid = d.refobjid AND c.relkind IN ('v', 'm')), "
    "depths (view, depth) AS (SELECT oid, 0 FROM pg_catalog.pg_class WHERE relkind IN ('v', 'm') "
    "UNION SELECT r.view, p.depth + 1 FROM reads r JOIN depths p ON p.view = r.read WHERE p.depth < 100) "
    "SELECT pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) "
    "FROM depths p JOIN pg_catalog.pg_class c ON c.oid = p.view "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'm' AND c.relispopulated "
    "GROUP BY 1 ORDER BY max(p.depth), 1";

}  // namespace

void copy_sequence_values(PostgresSource& source, Database& shadow) {
  std::vector<std::string> names = sequences_of(source);
  for (std::size_t first = 0; first < names.size(); first += at_once) {
    std::string reading, writing;
    for (std::size_t i = first; i < std::min(first + at_once, names.size()); ++i) {
      reading += (reading.empty() ? "" : " UNION ALL ") + std::string("SELECT ") + literal(names[i]) +
                 ", last_value, is_called::text FROM " + names[i];
    }
    Rows values = source.query(reading);
    for (std::size_t row = 0; row < values.rows.size(); ++row) {
      writing += (row == 0 ? "SELECT " : ", ") + std::string("pg_catalog.setval(") + literal(values.text(row, 0)) +
                 ", " + values.text(row, 1) + ", " + values.text(row, 2) + ")";
    }
    shadow.query(writing);
  }
}

std::vector<std::string> refresh_materialized_views(PostgresSource& source, Database& shadow) {
  std::vector<std::string> notes;
  Rows views = source.query(views_sql);
  for (std::size_t row = 0; row < views.rows.size(); ++row) {
    try {
      shadow.execute("REFRESH MATERIALIZED VIEW " + views.text(row, 0));
    } catch (const DatabaseError& error) {
      if (error.details().canceled || error.details().connection_lost) throw;
      notes.push_back("materialized view " + views.text(row, 0) + " could not be filled on the shadow (" +
                      error.sqlstate() + ")");
    }
  }
  return notes;
}

}  // namespace drydock
