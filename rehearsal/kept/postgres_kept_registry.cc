#include "rehearsal/kept/postgres_kept_registry.h"

#include <array>
#include <stdexcept>

#include "runner/database/event_triggers.h"

namespace drydock {
namespace {

constexpr std::string_view create_sql = R"(
CREATE SCHEMA IF NOT EXISTS drydock_kept;
REVOKE ALL ON SCHEMA drydock_kept FROM PUBLIC;
CREATE TABLE IF NOT EXISTS drydock.kept (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id bigint NOT NULL,
  event text NOT NULL CHECK (event IN ('kept', 'restored', 'purged')),
  version text NOT NULL,
  kind text NOT NULL,
  object text NOT NULL,
  place text NOT NULL,
  copied text NOT NULL,
  rows bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  until timestamptz NOT NULL);
CREATE SEQUENCE IF NOT EXISTS drydock.kept_id OWNED BY drydock.kept.id;
REVOKE ALL ON drydock.kept, drydock.kept_id FROM PUBLIC;)";

constexpr std::string_view list_sql = R"(
SELECT k.id, k.version, k.kind, k.object, k.place, k.copied, k.rows,
       pg_catalog.to_char(k.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       pg_catalog.to_char(k.until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       (k.until <= pg_catalog.clock_timestamp())::integer,
       EXISTS (SELECT FROM drydock.kept e WHERE e.id = k.id AND e.event = 'purged')::integer,
       EXISTS (SELECT FROM drydock.kept e WHERE e.id = k.id AND e.event = 'restored')::integer
  FROM drydock.kept k WHERE k.event = 'kept' ORDER BY k.id)";

constexpr std::string_view insert_sql = R"(
INSERT INTO drydock.kept (id, event, version, kind, object, place, copied, rows, until)
VALUES ($1::bigint, $2, $3, $4, $5, $6, $7, $8::bigint, $9::timestamptz))";

}  // namespace

bool PostgresKeptRegistry::exists() {
  return database_.query("SELECT (pg_catalog.to_regclass('drydock.kept') IS NOT NULL)::integer").integer(0, 0) != 0;
}

void PostgresKeptRegistry::create() {
  if (exists() && !database_.query("SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'drydock_kept'").rows.empty())
    return;
  constexpr std::string_view insufficient_privilege = "42501";
  try {
    execute_unseen(database_, std::string(create_sql));
  } catch (const DatabaseError& error) {
    if (error.sqlstate() != insufficient_privilege) throw;
    throw std::runtime_error(
        "a migration asks for a safety copy, and this role may not make the schema drydock_kept for it; nothing was "
        "changed. Run CREATE SCHEMA drydock_kept AUTHORIZATION, with the role that migrates, as the database's owner");
  }
}

KeptCopy PostgresKeptRegistry::next(const std::string& table, std::chrono::hours keep) {
  const Value parameters[] = {std::to_string(keep.count())};
  const Rows rows = database_.query(
      "SELECT pg_catalog.nextval('drydock.kept_id'), "
      "pg_catalog.to_char(pg_catalog.clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"'), "
      "pg_catalog.to_char((pg_catalog.clock_timestamp() + pg_catalog.make_interval(hours => $1::integer)) "
      "AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
      parameters);
  KeptCopy copy;
  copy.id = rows.integer(0, 0);
  copy.made_at = rows.text(0, 1);
  copy.until = rows.text(0, 2);
  // A name that is too long would be cut, and the id with it.
  constexpr std::size_t longest = 40;
  std::size_t length = std::min(table.size(), longest);
  while (length < table.size() && length > 0 && (static_cast<unsigned char>(table[length]) & 0xC0U) == 0x80U) --length;
  copy.place = "drydock_kept." + drydock::quoted(table.substr(0, length) + "_" + std::to_string(copy.id));
  return copy;
}

void PostgresKeptRegistry::add(const KeptCopy& copy) { note(copy, "kept", copy.rows); }

void PostgresKeptRegistry::note(const KeptCopy& copy, const std::string& event, std::int64_t rows) {
  const std::array<Value, 9> row{std::to_string(copy.id),
                                 event,
                                 copy.version,
                                 std::string(to_string(copy.kind)),
                                 copy.object,
                                 copy.place,
                                 to_text(copy.table),
                                 std::to_string(rows),
                                 copy.until};
  database_.query(insert_sql, row);
}

std::vector<KeptCopy> PostgresKeptRegistry::list() { return kept_copies_from(database_.query(list_sql)); }

}  // namespace drydock
