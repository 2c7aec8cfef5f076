#include "runner/database/postgres_orphans.h"

#include <algorithm>
#include <sstream>

#include "runner/database/interruption.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds shortest_pause{5};
constexpr milliseconds longest_pause{50};
// A runner that ended well lets its lock go a moment before its session: that is not worth a word.
constexpr milliseconds before_saying{300};

// A transaction keeps what the statistics said first, so they are cleared. What the server hides of other roles'
// sessions (state, state_change) is NULL and decides nothing; locks and transaction ids it shows to everybody.
//
// A session that has been idle for less than a second may have a message in its socket that it has not read yet.
// One that has been idle for longer belongs to a pooler, which keeps a session, and its name, for the next client.
std::string orphans_sql() {
  return "SELECT pg_catalog.pg_stat_clear_snapshot(); "
         "SELECT pg_catalog.string_agg(pg_catalog.concat_ws(', ', 'pid ' || s.pid, 'user ' || s.usename, s.state), "
         "'; ' ORDER BY s.pid), pg_catalog.min(s.pid) FROM pg_catalog.pg_stat_activity s "
         "WHERE s.datname = pg_catalog.current_database() AND s.pid <> pg_catalog.pg_backend_pid() "
         "AND s.application_name = " +
         literal(applying_session) +
         " AND (s.backend_xid IS NOT NULL OR s.state NOT IN ('idle', 'disabled') "
         "OR s.state_change > pg_catalog.clock_timestamp() - interval '1 s' "
         "OR EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.pid = s.pid AND l.locktype = 'relation' "
         "AND l.mode NOT IN ('AccessShareLock', 'RowShareLock')))";
}

struct Orphans {
  std::string description;  // "" where there are none
  std::string pid;          // of one of them
};

Rows answer_of(PostgresConnection& connection, const std::string& sql) {
  const std::vector<PostgresResult> results = connection.send(sql);
  if (is_error(results.back().get())) throw DatabaseError(error_details(results.back().get()));
  return rows_of(results.back().get());
}

// The locks that the question takes on the server's catalogs are given back at once: the transaction goes on for as
// long as the run does, and a VACUUM FULL in it needs them for itself.
Orphans look_for_orphans(PostgresConnection& connection) {
  answer_of(connection, "SAVEPOINT orphans");
  const Rows rows = answer_of(connection, orphans_sql());
  answer_of(connection, "ROLLBACK TO SAVEPOINT orphans; RELEASE SAVEPOINT orphans");
  return {rows.rows[0][0].value_or(""), rows.rows[0][1].value_or("")};
}

LockTimeout orphans_remain(const DatabaseUrl& url, const LockRequest& request, const Orphans& orphans) {
  std::ostringstream message;
  message << "a session of an earlier run still works in " << url.display() << " (" << orphans.description
          << "), and did not end within " << static_cast<double>(request.wait.count()) / 1000
          << " s\nthis run changed nothing; wait for it to end, or end it by SELECT pg_terminate_backend("
          << orphans.pid << "), and run the command again";
  return LockTimeout(message.str());
}

}  // namespace

void wait_for_orphans(PostgresConnection& connection, const DatabaseUrl& url, const LockRequest& request) {
  const Clock::time_point since = Clock::now();
  bool said = false;
  for (milliseconds pause = shortest_pause;; pause = std::min(pause * 2, longest_pause)) {
    const Orphans orphans = look_for_orphans(connection);
    if (orphans.description.empty()) return;
    const auto waited = Clock::now() - since;
    if (waited >= request.wait) throw orphans_remain(url, request, orphans);
    if (request.on_wait && !said && waited >= before_saying) {
      request.on_wait("a session that an earlier run left, " + orphans.description);
      said = true;
    }
    pause_for(pause);
  }
}

}  // namespace drydock
