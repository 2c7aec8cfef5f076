#include "rehearsal/shadow/postgres_source.h"

#include "rehearsal/shadow/shadow.h"

namespace drydock {

namespace {

constexpr std::string_view copied_settings =
    "'TimeZone', 'timezone_abbreviations', 'DateStyle', 'IntervalStyle', 'default_text_search_config', 'lc_monetary', "
    "'lc_numeric', 'lc_time', 'standard_conforming_strings', 'backslash_quote', 'escape_string_warning', "
    "'bytea_output', 'array_nulls', 'transform_null_equals', 'xmlbinary', 'xmloption', 'default_toast_compression', "
    "'default_transaction_isolation', 'default_transaction_deferrable', 'search_path', 'check_function_bodies', "
    "'default_table_access_method', 'max_locks_per_transaction', 'max_prepared_transactions', 'lo_compat_privileges', "
    "'extra_float_digits', 'row_security', 'statement_timeout', 'lock_timeout', 'plpgsql.variable_conflict'";

// In version order: which columns of pg_database hold the locale.
std::string locale_columns(int version) {
  if (version >= 170000) return "datlocprovider, coalesce(datlocale, '')";
  if (version >= 150000) return "datlocprovider, coalesce(daticulocale, '')";
  return "'c', ''";
}

// The schemas that a session of this role looks in, "$user" resolved: the shadow's rows come by another role.
std::string own_search_path(Database& source) {
  source.query(
      "SELECT pg_catalog.set_config('search_path', reset_val, true) FROM pg_catalog.pg_settings WHERE name = "
      "'search_path'");
  const std::string path =
      source
          .query(
              "SELECT coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(s.name), ', ' ORDER BY s.place), '') FROM "
              "pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY s (name, place)")
          .text(0, 0);
  source.execute("SET LOCAL search_path = pg_catalog");
  return path;
}

SourceFacts read_facts(Database& source) {
  SourceFacts facts;
  facts.version = source.server_version();
  Rows rows = source.query(
      "SELECT d.datname, pg_catalog.pg_get_userbyid(d.datdba), pg_catalog.pg_encoding_to_char(d.encoding), "
      "d.datcollate, d.datctype, pg_catalog.pg_database_size(d.oid), pg_catalog.pg_is_in_recovery()::int, "
      "CASE WHEN pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE') "
      "THEN (SELECT system_identifier::text FROM pg_catalog.pg_control_system()) ELSE '' END, " +
      locale_columns(facts.version) + " FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()");
  facts.database = rows.text(0, 0);
  facts.owner = rows.text(0, 1);
  facts.bytes = rows.integer(0, 5);
  facts.is_standby = rows.integer(0, 6) == 1;
  facts.system_identifier = rows.text(0, 7);
  facts.locale = {rows.text(0, 2), rows.text(0, 3), rows.text(0, 4), rows.text(0, 8).at(0), rows.text(0, 9)};

  facts.search_path = own_search_path(source);
  Rows settings = source.query(
      "SELECT name, setting || CASE WHEN unit IN ('ms', 's', 'min', 'kB', 'MB', 'B') THEN unit ELSE '' END "
      "FROM pg_catalog.pg_settings WHERE source IN ('configuration file', 'command line', 'environment variable') "
      "AND name IN (" +
      std::string(copied_settings) + ")");
  for (std::size_t row = 0; row < settings.rows.size(); ++row) {
    facts.settings[settings.text(row, 0)] = settings.rows[row][1].value_or("");
  }
  return facts;
}

void add(std::string& list, const Rows& rows) {
  for (std::size_t row = 0; row < rows.rows.size(); ++row) list += "\n  " + rows.text(row, 0);
}

// A relation of the users', with its schema as n: none of the system's, of an extension, or of another session's.
constexpr std::string_view user_relations =
    " FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', 'drydock_kept') AND c.relpersistence <> 't' "
    "AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
    "AND e.objid = c.oid AND e.deptype = 'e') ";

std::string missing_grants(PostgresSource& source) {
  std::string relations(user_relations), lines;
  add(lines,
      source.query("SELECT DISTINCT pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I;', n.nspname, current_user)" +
                   relations +
                   "AND c.relkind IN ('r', 'p', 'S') "
                   "AND NOT pg_catalog.has_schema_privilege(n.oid, 'USAGE') ORDER BY 1"));
  add(lines, source.query("SELECT pg_catalog.format('GRANT SELECT ON TABLE %I.%I TO %I;', n.nspname, c.relname, "
                          "current_user)" +
                          relations +
                          "AND c.relkind IN ('r', 'p') "
                          "AND NOT pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1"));
  add(lines, source.query("SELECT pg_catalog.format('GRANT SELECT ON SEQUENCE %I.%I TO %I;', n.nspname, c.relname, "
                          "current_user)" +
                          relations +
                          "AND CASE c.relkind WHEN 'S' THEN "
                          "NOT pg_catalog.has_sequence_privilege(c.oid, 'SELECT') ELSE false END ORDER BY 1"));
  return lines;
}

}  // namespace

std::string begin_reading_sql() {
  return "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL row_security = off; "
         "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '60s'; "
         "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL search_path = pg_catalog; "
         "SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres'; SET LOCAL extra_float_digits = 3";
}

PostgresSource::PostgresSource(const DatabaseUrl& url) : url_(url) {
  OpenOptions options;
  options.application = "drydock shadow";
  database_ = open_database(url, options);
  database_->execute(begin_reading_sql());
  if (query("SHOW transaction_read_only").text(0, 0) != "on") {
    throw CannotRehearse("the transaction on " + url.display() +
                         " did not become read-only, and the source is only ever read: connect past the pooler with "
                         "DRYDOCK_DIRECT_DATABASE");
  }
  facts_ = read_facts(*database_);
  snapshot_ = query("SELECT pg_catalog.pg_export_snapshot()").text(0, 0);
}

void require_readable(PostgresSource& source) {
  std::string grants = missing_grants(source);
  if (!grants.empty()) {
    throw CannotRehearse("the role that reads " + source.url().display() +
                         " lacks privileges, and a shadow without those tables proves nothing; run there as their "
                         "owner, then again:" +
                         grants);
  }
  std::string hidden, role = source.query("SELECT pg_catalog.quote_ident(current_user)").text(0, 0);
  add(hidden, source.query("SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)" + std::string(user_relations) +
                           "AND c.relkind IN ('r', 'p') AND c.relrowsecurity "
                           "AND pg_catalog.row_security_active(c.oid) ORDER BY 1"));
  if (!hidden.empty()) {
    throw CannotRehearse("row-level security hides rows of these tables from the role that reads " +
                         source.url().display() + ", and a copy would lack them: ALTER ROLE " + role +
                         " BYPASSRLS; or name another role with --source:" + hidden);
  }
}

int major_version_of(const DatabaseUrl& url) {
  OpenOptions options;
  options.application = "drydock shadow";
  return open_database(url, options)->server_version() / 10000;
}

}  // namespace drydock
