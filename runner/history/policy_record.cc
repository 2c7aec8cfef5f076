#include "runner/history/policy_record.h"

#include <array>
#include <sstream>
#include <stdexcept>

#include "runner/database/event_triggers.h"

namespace drydock {
namespace {

struct PolicySql {
  std::string_view find, create, insert;
};

constexpr PolicySql postgres{.find = "SELECT (pg_catalog.to_regclass('drydock.policy') IS NOT NULL)::integer",
                             .create = R"(
CREATE TABLE IF NOT EXISTS drydock.policy (
  stamp integer NOT NULL,
  number integer NOT NULL,
  protected boolean NOT NULL,
  rehearsal text NOT NULL,
  backup_max_age_ms bigint,
  backup_min_rows integer,
  loosened text NOT NULL,
  written_by text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp(),
  PRIMARY KEY (stamp, number));
REVOKE ALL ON drydock.policy FROM PUBLIC;)",
                             .insert = R"(
INSERT INTO drydock.policy (stamp, number, protected, rehearsal, backup_max_age_ms, backup_min_rows, loosened,
                            written_by)
SELECT pg_catalog.max(number), $1::integer, $2::boolean, $3, $4::bigint, $5::integer, $6, $7 FROM drydock.stamp
    ON CONFLICT DO NOTHING RETURNING number)"};

constexpr PolicySql sqlite{
    .find = "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name = 'drydock_policy'",
    .create = R"(
CREATE TABLE IF NOT EXISTS main.drydock_policy (
  stamp INTEGER NOT NULL,
  number INTEGER NOT NULL,
  protected INTEGER NOT NULL,
  rehearsal TEXT NOT NULL,
  backup_max_age_ms INTEGER,
  backup_min_rows INTEGER,
  loosened TEXT NOT NULL,
  written_by TEXT NOT NULL,
  written_at TEXT NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ', 'now')),
  PRIMARY KEY (stamp, number));)",
    .insert = R"(
INSERT INTO main.drydock_policy (stamp, number, protected, rehearsal, backup_max_age_ms, backup_min_rows, loosened,
                                 written_by)
SELECT max(number), CAST(?1 AS INTEGER), CAST(?2 AS INTEGER), ?3, CAST(?4 AS INTEGER), CAST(?5 AS INTEGER), ?6, ?7
  FROM main.drydock_stamp WHERE true
    ON CONFLICT DO NOTHING RETURNING number)"};

const PolicySql& sql_of(const Database& database) { return database.dialect() == Dialect::sqlite ? sqlite : postgres; }

// Whoever migrates may be another role than the one that writes the policy: then it can read it, and not change it.
std::string let_the_stamps_owner_read(Database& database) {
  if (database.dialect() == Dialect::sqlite) return "";
  const Rows owner = database.query(
      "SELECT pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(relowner)) FROM pg_catalog.pg_class "
      "WHERE oid = 'drydock.stamp'::pg_catalog.regclass");
  return "\nGRANT SELECT ON drydock.policy TO " + owner.text(0, 0);
}

}  // namespace

RecordedPolicy policy_from(const std::string& words) {
  std::istringstream stream(words);
  std::string is_protected, rehearsal, max_age, min_rows;
  RecordedPolicy recorded;
  stream >> recorded.number >> is_protected >> rehearsal >> max_age >> min_rows;
  const std::optional<RehearsalPolicy> known = rehearsal_policy_named(rehearsal);
  if (!stream || !known)
    throw std::runtime_error("the stamp holds a policy that this version does not know (rehearsal '" + rehearsal +
                             "'): use the version of drydock that wrote it, or a newer");
  recorded.policy.is_protected = is_protected != "0";
  recorded.policy.rehearsal = *known;
  if (max_age != "-") recorded.policy.backup.max_age = std::chrono::milliseconds(std::stoll(max_age));
  if (min_rows != "-") recorded.policy.backup.min_rows = std::stoi(min_rows);
  return recorded;
}

bool record_policy(Database& database, const NewPolicy& added) {
  const PolicySql& sql = sql_of(database);
  if (database.query(sql.find).integer(0, 0) == 0)
    execute_unseen(database, std::string(sql.create) + let_the_stamps_owner_read(database));
  const Policy& policy = added.policy;
  const Value age = policy.backup.max_age ? Value(std::to_string(policy.backup.max_age->count())) : std::nullopt;
  const Value rows = policy.backup.min_rows ? Value(std::to_string(*policy.backup.min_rows)) : std::nullopt;
  const std::array<Value, 7> row{std::to_string(added.number),
                                 policy.is_protected ? "1" : "0",
                                 std::string(to_string(policy.rehearsal)),
                                 age,
                                 rows,
                                 added.loosened,
                                 added.written_by};
  return !database.query(sql.insert, row).empty();
}

}  // namespace drydock
