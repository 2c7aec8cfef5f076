#include <utility>

#include "runner/database/activity.h"
#include "runner/database/database.h"

namespace drydock {

namespace {

constexpr std::string_view blockers_sql =
    "SELECT pg_catalog.string_agg(pg_catalog.concat_ws(', ', 'pid ' || b.pid, "
    "'application ' || nullif(a.application_name, ''), 'from ' || pg_catalog.host(a.client_addr), "
    "a.state || ' since ' || pg_catalog.to_char(a.state_change AT TIME ZONE 'UTC', 'HH24:MI:SS\"Z\"')), "
    "'; ' ORDER BY b.pid) "
    "FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids($1::int)) AS pid) b "
    "LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid";

// Each view counts in its own units: the larger share of those it has is shown.
constexpr std::string_view progress_sql =
    "SELECT command || ': ' || pg_catalog.concat_ws(' ', pg_catalog.round(100.0 * done / nullif(total, 0)) || ' %', "
    "'(' || phase || ')') FROM ("
    "SELECT pid, command, phase, CASE WHEN tuples_total > 0 THEN tuples_done ELSE blocks_done END AS done, "
    "CASE WHEN tuples_total > 0 THEN tuples_total ELSE blocks_total END AS total "
    "FROM pg_catalog.pg_stat_progress_create_index "
    "UNION ALL SELECT pid, command, phase, heap_blks_scanned, heap_blks_total FROM pg_catalog.pg_stat_progress_cluster "
    "UNION ALL SELECT pid, 'VACUUM', phase, heap_blks_scanned, heap_blks_total FROM pg_catalog.pg_stat_progress_vacuum "
    "UNION ALL SELECT pid, command, NULL, bytes_processed, bytes_total FROM pg_catalog.pg_stat_progress_copy "
    ") p WHERE pid = $1::int";

std::string first_value(Database& database, std::string_view sql, int pid) {
  const Value parameters[] = {std::to_string(pid)};
  Rows rows = database.query(sql, parameters);
  return rows.empty() ? std::string() : rows.rows[0][0].value_or("");
}

// A message's embellishment must not fail what it speaks of.
template <typename Function>
auto on_second_connection(const DatabaseUrl& url, Function describe) -> decltype(describe(std::declval<Database&>())) {
  if (url.dialect() != Dialect::postgres) return {};
  try {
    OpenOptions options;
    options.application = "drydock observer";
    return describe(*open_database(url, options));
  } catch (const DatabaseError&) {
    return {};
  }
}

}  // namespace

std::string describe_blockers(const DatabaseUrl& url, int pid) {
  return on_second_connection(url, [&](Database& database) { return first_value(database, blockers_sql, pid); });
}

Activity activity_of(const DatabaseUrl& url, int pid) {
  return on_second_connection(url, [&](Database& database) {
    const std::string blockers = first_value(database, blockers_sql, pid);
    if (!blockers.empty()) return Activity{.blocked = true, .text = "waits for " + blockers};
    // The view of COPY came with version 14.
    return Activity{.blocked = false,
                    .text = database.server_version() >= 140000 ? first_value(database, progress_sql, pid) : ""};
  });
}

}  // namespace drydock
