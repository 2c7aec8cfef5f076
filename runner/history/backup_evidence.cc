#include "runner/history/backup_evidence.h"

#include <array>

#include "runner/database/event_triggers.h"

namespace drydock {

namespace {

struct EvidenceSql {
  std::string_view find, create, insert, read;
};

constexpr EvidenceSql postgres{
    .find = "SELECT (pg_catalog.to_regclass('drydock.backup_evidence') IS NOT NULL)::integer",
    .create = R"(
CREATE TABLE IF NOT EXISTS drydock.backup_evidence (
  sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  database_id text NOT NULL,
  proved_by text NOT NULL,
  backup text NOT NULL,
  kind text NOT NULL,
  taken_at text NOT NULL,
  proved_at text NOT NULL,
  history text NOT NULL,
  newest text NOT NULL,
  tables bigint NOT NULL,
  rows bigint NOT NULL,
  restore_seconds double precision NOT NULL,
  contents text NOT NULL);
REVOKE ALL ON drydock.backup_evidence FROM PUBLIC;)",
    .insert = R"(
INSERT INTO drydock.backup_evidence (database_id, proved_by, backup, kind, taken_at, proved_at, history, newest,
                                     tables, rows, restore_seconds, contents)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::bigint, $10::bigint, $11::double precision, $12))",
    .read = R"(
SELECT database_id, proved_by, backup, kind, taken_at, proved_at, history, newest, tables, rows, restore_seconds,
       contents
  FROM drydock.backup_evidence WHERE taken_at <= $1 ORDER BY taken_at DESC, sequence DESC LIMIT 1)"};

constexpr EvidenceSql sqlite{
    .find = "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'drydock_backup_evidence'",
    .create = R"(
CREATE TABLE IF NOT EXISTS main.drydock_backup_evidence (
  sequence INTEGER PRIMARY KEY,
  database_id TEXT NOT NULL,
  proved_by TEXT NOT NULL,
  backup TEXT NOT NULL,
  kind TEXT NOT NULL,
  taken_at TEXT NOT NULL,
  proved_at TEXT NOT NULL,
  history TEXT NOT NULL,
  newest TEXT NOT NULL,
  tables INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  restore_seconds REAL NOT NULL,
  contents TEXT NOT NULL);)",
    .insert = R"(
INSERT INTO main.drydock_backup_evidence (database_id, proved_by, backup, kind, taken_at, proved_at, history, newest,
                                          tables, rows, restore_seconds, contents)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, CAST(?9 AS INTEGER), CAST(?10 AS INTEGER), CAST(?11 AS REAL), ?12))",
    .read = R"(
SELECT database_id, proved_by, backup, kind, taken_at, proved_at, history, newest, tables, rows, restore_seconds,
       contents
  FROM main.drydock_backup_evidence WHERE taken_at <= ?1 ORDER BY taken_at DESC, sequence DESC LIMIT 1)"};

const EvidenceSql& sql_of(const Database& database) {
  return database.dialect() == Dialect::sqlite ? sqlite : postgres;
}

}  // namespace

void record_evidence(Database& database, const BackupEvidence& evidence) {
  const EvidenceSql& sql = sql_of(database);
  if (database.query(sql.find).integer(0, 0) == 0) execute_unseen(database, std::string(sql.create));
  const std::array<Value, 12> row{evidence.database_id,
                                  evidence.proved_by,
                                  evidence.backup,
                                  evidence.kind,
                                  evidence.taken_at,
                                  evidence.proved_at,
                                  evidence.history,
                                  evidence.newest,
                                  std::to_string(evidence.tables),
                                  std::to_string(evidence.rows),
                                  std::to_string(evidence.restore_seconds),
                                  evidence.contents};
  database.query(sql.insert, row);
}

std::optional<BackupEvidence> newest_evidence(Database& database, const std::string& until) {
  const EvidenceSql& sql = sql_of(database);
  if (database.query(sql.find).integer(0, 0) == 0) return std::nullopt;
  const std::array<Value, 1> parameters{until};
  const Rows rows = database.query(sql.read, parameters);
  if (rows.empty()) return std::nullopt;
  const auto text = [&](std::size_t column) { return rows.text(0, column); };
  return BackupEvidence{text(0),
                        text(1),
                        text(2),
                        text(3),
                        text(4),
                        text(5),
                        text(6),
                        text(7),
                        rows.integer(0, 8),
                        rows.integer(0, 9),
                        std::stod(text(10)),
                        text(11)};
}

}  // namespace drydock
