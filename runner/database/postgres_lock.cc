// The lock is held by an idle READ COMMITTED transaction on a connection of its own. An open transaction pins a
// pooler's server connection; an idle READ COMMITTED one holds no snapshot, which CREATE INDEX CONCURRENTLY would wait
// for; and only the try form is used, since a waiting pg_advisory_lock() is a transaction that CREATE INDEX
// CONCURRENTLY waits for.
#include "runner/database/postgres_lock.h"

#include <libpq-fe.h>

#include "runner/database/lock_wait.h"
#include "runner/database/postgres_connection.h"
#include "runner/database/postgres_orphans.h"

namespace drydock {

namespace {

// "drydock" and a number. Advisory locks belong to one database of a server by themselves.
std::int64_t lock_key(LockPurpose purpose) {
  constexpr std::int64_t drydock = 0x6472'7964'6f63'6b00;
  return drydock + (purpose == LockPurpose::migrate ? 1 : 2);
}

std::string try_sql(std::int64_t key, int server_version) {
  std::string sql = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL idle_in_transaction_session_timeout = 0; ";
  if (server_version >= 170000) sql += "SET LOCAL transaction_timeout = 0; ";
  return sql + "SELECT pg_catalog.pg_try_advisory_xact_lock(" + std::to_string(key) + ")";
}

// What the server hides of other roles' sessions is left out.
std::string holder_sql(LockPurpose purpose) {
  return "SELECT a.state_change::text, pg_catalog.concat_ws(', ', 'pid ' || l.pid, 'application ' || "
         "nullif(a.application_name, ''), "
         "'from ' || pg_catalog.host(a.client_addr), 'since ' || "
         "pg_catalog.to_char(a.xact_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS\"Z\"')) "
         "FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid WHERE " +
         postgres_lock_condition(purpose);
}

class PostgresLock final : public MigrationLock {
 public:
  PostgresLock(const DatabaseUrl& url, LockPurpose purpose) : connection_(url, "drydock lock"), purpose_(purpose) {}

  // Not left to the end of the connection, which the server may notice a moment later: the next runner may come at
  // once.
  ~PostgresLock() override {
    if (connection_.in_transaction()) connection_.send_in_clean_up("ROLLBACK", std::chrono::seconds(2));
  }

  bool try_to_lock() {
    Rows rows = ask(try_sql(lock_key(purpose_), PQserverVersion(connection_.handle())));
    bool locked = rows.text(0, 0) == "t";
    // Nothing is held between two tries.
    if (!locked) ask("ROLLBACK");
    return locked;
  }

  std::string holder() {
    Rows rows = ask(holder_sql(purpose_));
    return rows.empty() ? std::string() : rows.text(0, 1);
  }

  std::string sign_of_life() {
    Rows rows = ask(holder_sql(purpose_));
    return rows.empty() ? std::string() : rows.rows[0][0].value_or("");
  }

  // Any statement does: the server notes when a session's state last changed.
  void give_sign_of_life() override { ask("SELECT 1"); }

  PostgresConnection& connection() { return connection_; }

  // A round trip: a server that failed over, or a network that is gone, would not be noticed without one. One a second
  // is enough: the history's unique key is what keeps two runners apart where a lock is lost in between.
  bool held() override {
    if (!connection_.in_transaction()) return false;
    PGconn* connection = connection_.handle();
    if (PQconsumeInput(connection) == 0 || PQstatus(connection) != CONNECTION_OK) return false;
    const auto now = std::chrono::steady_clock::now();
    if (now - asked_ < std::chrono::seconds(1)) return true;
    try {
      ask("SELECT 1");
      asked_ = now;
      return true;
    } catch (const DatabaseError&) {
      return false;
    }
  }

 private:
  Rows ask(const std::string& sql) {
    std::vector<PostgresResult> results = connection_.send(sql);
    if (is_error(results.back().get())) throw DatabaseError(error_details(results.back().get()));
    return rows_of(results.back().get());
  }

  PostgresConnection connection_;
  LockPurpose purpose_;
  std::chrono::steady_clock::time_point asked_ = {};  // long ago: the first question is a round trip
};

}  // namespace

std::string postgres_lock_condition(LockPurpose purpose) {
  const std::int64_t key = lock_key(purpose);
  return "l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database = (SELECT oid FROM "
         "pg_catalog.pg_database WHERE datname = pg_catalog.current_database()) AND l.classid::bigint = " +
         std::to_string(key >> 32) + " AND l.objid::bigint = " + std::to_string(key & 0xFFFF'FFFF);
}

std::unique_ptr<MigrationLock> acquire_postgres_lock(const DatabaseUrl& url, const LockRequest& request) {
  auto lock = std::make_unique<PostgresLock>(url, request.purpose);
  wait_for_lock(
      url, request,
      {[&] { return lock->try_to_lock(); }, [&] { return lock->holder(); }, [&] { return lock->sign_of_life(); }});
  if (request.purpose == LockPurpose::migrate) wait_for_orphans(lock->connection(), url, request);
  return lock;
}

}  // namespace drydock
