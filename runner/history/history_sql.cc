#include "runner/history/history_sql.h"

#include "runner/database/database.h"
#include "runner/migration/checksum.h"

namespace drydock {
namespace {

const HistorySql postgres{
    .history = "drydock.history",
    .find = R"(
SELECT (pg_catalog.to_regnamespace('drydock') IS NOT NULL)::integer,
       (pg_catalog.to_regclass('drydock.history') IS NOT NULL
        AND pg_catalog.to_regclass('drydock.stamp') IS NOT NULL)::integer,
       (pg_catalog.to_regclass('drydock.stamp') IS NOT NULL)::integer,
       (pg_catalog.to_regclass('drydock.backup_evidence') IS NOT NULL)::integer,
       (pg_catalog.to_regclass('drydock.policy') IS NOT NULL)::integer)",
    // A role's default privileges may grant what it makes to everybody, and the text of a migration may hold a secret
    // that somebody wrote into it.
    .create_schema = R"(
CREATE SCHEMA IF NOT EXISTS drydock;
REVOKE ALL ON SCHEMA drydock FROM PUBLIC;)",
    .create_tables = R"(
CREATE TABLE IF NOT EXISTS drydock.history (
  sequence bigint GENERATED ALWAYS AS IDENTITY,
  version text NOT NULL,
  part integer NOT NULL,
  attempt integer NOT NULL,
  last boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('applied', 'started', 'failed')),
  name text NOT NULL,
  kind text NOT NULL,
  checksum_text text NOT NULL,
  checksum_tokens text NOT NULL,
  part_checksum text NOT NULL,
  text text,
  replaces text,
  applied_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  applied_by text NOT NULL,
  seconds double precision NOT NULL,
  tool_version text NOT NULL,
  rehearsal text NOT NULL,
  server_time text NOT NULL,
  wal_position text NOT NULL,
  PRIMARY KEY (version, part, attempt));
CREATE TABLE IF NOT EXISTS drydock.stamp (
  number integer PRIMARY KEY,
  database_id text NOT NULL,
  environment text NOT NULL,
  project text NOT NULL,
  system_identifier text NOT NULL,
  stamped_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp());
REVOKE ALL ON drydock.history, drydock.stamp FROM PUBLIC;)",
    .read = R"(
SELECT history.version, history.part, history.attempt, history.last::integer, history.state, history.name,
       history.kind, history.checksum_text, history.checksum_tokens,
       CASE WHEN history.part = 0 AND history.last AND history.state = 'applied' THEN '' ELSE history.part_checksum END,
       pg_catalog.to_char(history.applied_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
       history.replaces
  FROM drydock.history AS history
 ORDER BY history.sequence)",
    .read_stamp = R"(
SELECT database_id, environment, project, system_identifier, NULL /* backup */, NULL /* policy */
  FROM drydock.stamp ORDER BY number DESC LIMIT 1)",
    .newest_backup = R"(
(SELECT taken_at || ' ' || proved_at || ' ' || rows FROM drydock.backup_evidence
  ORDER BY taken_at DESC, sequence DESC LIMIT 1))",
    .newest_policy = R"(
(SELECT number || ' ' || protected::integer || ' ' || rehearsal || ' ' || coalesce(backup_max_age_ms::text, '-') ||
        ' ' || coalesce(backup_min_rows::text, '-')
   FROM drydock.policy WHERE stamp = (SELECT pg_catalog.max(number) FROM drydock.stamp)
  ORDER BY number DESC LIMIT 1))",
    .text_of = R"(
SELECT text FROM drydock.history
 WHERE text IS NOT NULL AND kind <> 'undo' AND pg_catalog.ltrim(version, '0') = pg_catalog.ltrim($1, '0')
   AND (replaces IS NOT NULL)::integer = $2::integer
 ORDER BY sequence DESC LIMIT 1)",
    .first_stamp = R"(
INSERT INTO drydock.stamp (number, database_id, environment, project, system_identifier)
VALUES (1, $1, $2, $3, $4) ON CONFLICT DO NOTHING RETURNING number)",
    .next_stamp = R"(
INSERT INTO drydock.stamp (number, database_id, environment, project, system_identifier)
SELECT coalesce(pg_catalog.max(number), 0) + 1, $1, $2, $3, $4 FROM drydock.stamp RETURNING number)",
};

const HistorySql sqlite{
    .history = "main.drydock_history",
    .find = R"(
SELECT 1, (SELECT count(*) = 2 FROM main.sqlite_schema
            WHERE type = 'table' AND name IN ('drydock_history', 'drydock_stamp')),
       (SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'drydock_stamp'),
       (SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'drydock_backup_evidence'),
       (SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'drydock_policy'))",
    .create_schema = "",
    .create_tables = R"(
CREATE TABLE IF NOT EXISTS main.drydock_history (
  sequence INTEGER PRIMARY KEY,
  version TEXT NOT NULL,
  part INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  last INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('applied', 'started', 'failed')),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  checksum_text TEXT NOT NULL,
  checksum_tokens TEXT NOT NULL,
  part_checksum TEXT NOT NULL,
  text TEXT,
  replaces TEXT,
  applied_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  applied_by TEXT NOT NULL,
  seconds REAL NOT NULL,
  tool_version TEXT NOT NULL,
  rehearsal TEXT NOT NULL,
  server_time TEXT NOT NULL,
  wal_position TEXT NOT NULL,
  UNIQUE (version, part, attempt));
CREATE TABLE IF NOT EXISTS main.drydock_stamp (
  number INTEGER PRIMARY KEY,
  database_id TEXT NOT NULL,
  environment TEXT NOT NULL,
  project TEXT NOT NULL,
  system_identifier TEXT NOT NULL,
  stamped_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')));)",
    .read = R"(
SELECT history.version, history.part, history.attempt, history.last, history.state, history.name,
       history.kind, history.checksum_text, history.checksum_tokens,
       CASE WHEN history.part = 0 AND history.last AND history.state = 'applied' THEN '' ELSE history.part_checksum END,
       history.applied_at,
       history.replaces
  FROM main.drydock_history AS history
 ORDER BY history.sequence)",
    .read_stamp = R"(
SELECT database_id, environment, project, system_identifier, NULL /* backup */, NULL /* policy */
  FROM main.drydock_stamp ORDER BY number DESC LIMIT 1)",
    .newest_backup = R"(
(SELECT taken_at || ' ' || proved_at || ' ' || rows FROM main.drydock_backup_evidence
  ORDER BY taken_at DESC, sequence DESC LIMIT 1))",
    .newest_policy = R"(
(SELECT number || ' ' || protected || ' ' || rehearsal || ' ' || coalesce(backup_max_age_ms, '-') || ' ' ||
        coalesce(backup_min_rows, '-')
   FROM main.drydock_policy WHERE stamp = (SELECT max(number) FROM main.drydock_stamp)
  ORDER BY number DESC LIMIT 1))",
    .text_of = R"(
SELECT text FROM main.drydock_history
 WHERE text IS NOT NULL AND kind <> 'undo' AND ltrim(version, '0') = ltrim(?1, '0')
   AND (replaces IS NOT NULL) = CAST(?2 AS INTEGER)
 ORDER BY sequence DESC LIMIT 1)",
    .first_stamp = R"(
INSERT INTO main.drydock_stamp (number, database_id, environment, project, system_identifier)
VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING RETURNING number)",
    .next_stamp = R"(
INSERT INTO main.drydock_stamp (number, database_id, environment, project, system_identifier)
SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4 FROM main.drydock_stamp RETURNING number)",
};

// Names longer than a server takes would be cut, and two schemas might share a record.
std::string table_name(const std::string& schema) {
  constexpr std::size_t longest_name = 63, prefix_of_hash = 7, of_hash = 40;
  const std::string name = "history_" + schema;
  return name.size() <= longest_name ? name : "history_" + sha256(schema).substr(prefix_of_hash, of_hash);
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
}

}  // namespace

HistorySql history_sql(Dialect dialect, const std::string& schema) {
  if (dialect == Dialect::sqlite) return sqlite;
  HistorySql sql = postgres;
  if (schema.empty()) return sql;
  const std::string table = "drydock." + quoted(table_name(schema));
  replace_all(sql.find, "'drydock.history'", literal(table));
  for (std::string* text : {&sql.history, &sql.create_tables, &sql.read, &sql.text_of})
    replace_all(*text, "drydock.history", table);
  return sql;
}

std::string HistorySql::read_stamp_with(bool backups, bool policy) const {
  std::string query = read_stamp;
  if (backups) replace_all(query, no_backup, newest_backup);
  if (policy) replace_all(query, no_policy, newest_policy);
  return query;
}

std::string robust_literal(std::string_view text, Dialect dialect) {
  if (dialect == Dialect::sqlite) return literal(text);
  std::string result = "E'";
  result.reserve(text.size() + 3);
  for (char c : text) {
    if (c == '\'' || c == '\\') result += c;
    result += c;
  }
  return result += '\'';
}

}  // namespace drydock
