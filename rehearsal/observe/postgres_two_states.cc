#include "rehearsal/observe/postgres_two_states.h"

#include <chrono>

#include "rehearsal/observe/postgres_counter_hiding.h"
#include "rehearsal/shadow/shadow.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace {

// A client that has ended is noticed by its server process at once; a tool's helper may take a moment.
constexpr std::chrono::milliseconds grace{2000}, longest_end{10000};

}  // namespace

PostgresTwoStates::PostgresTwoStates(Database& shadow) : database_(shadow), outside_(shadow) {
  inventory_.read(database_);
  std::map<Oid, KeepWish> wishes;
  std::map<Oid, PlanRows> rows;
  for (const auto& [oid, relation] : inventory_.all()) {
    if (relation.kind != 'r' || relation.schema == "drydock") continue;
    wishes[oid] = KeepWish{.mode = {}, .rows = true, .counted_columns = {}, .bounded = false};
    rows[oid] = PlanRows{};
  }
  outside_.keep(inventory_, wishes, rows, {});
  ours_ = other_sessions();
  next_transaction_ = next_transaction();
}

// Who writes has a transaction id of its own; who only reads has none.
std::string PostgresTwoStates::next_transaction() {
  return database_.query("SELECT pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::pg_catalog.text")
      .text(0, 0);
}

bool PostgresTwoStates::wrote() {
  end_other_sessions();
  return next_transaction() != next_transaction_;
}

std::set<std::string> PostgresTwoStates::other_sessions() {
  const Rows rows = database_.query(
      "SELECT a.pid::pg_catalog.text FROM pg_catalog.pg_stat_activity a WHERE a.datname = "
      "pg_catalog.current_database() AND a.pid <> pg_catalog.pg_backend_pid() AND a.backend_type = 'client backend'");
  std::set<std::string> sessions;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) sessions.insert(rows.text(i, 0));
  for (const std::string& own : ours_) sessions.erase(own);
  return sessions;
}

// Only a session that is gone has told all that it counted, and writes no more.
void PostgresTwoStates::end_other_sessions() {
  const auto start = std::chrono::steady_clock::now();
  bool ended = false;
  for (std::set<std::string> left = other_sessions(); !left.empty(); left = other_sessions()) {
    const auto waited = std::chrono::steady_clock::now() - start;
    if (waited > longest_end)
      throw CannotRehearse("sessions that the command left on the shadow are still at work there");
    if (waited > grace && !ended) {
      for (const std::string& pid : left) database_.query("SELECT pg_catalog.pg_terminate_backend(" + pid + ")");
      ended = true;
    }
    pause_for(std::chrono::milliseconds(10));
  }
}

std::vector<Loss> PostgresTwoStates::losses() {
  end_other_sessions();
  const auto counters = hiding_by_code(database_) == CounterHiding::none && !is_superuser(database_)
                            ? PostgresOutside::Counters::trusted
                            : PostgresOutside::Counters::hidden;
  return outside_.losses(counters, nullptr);
}

}  // namespace drydock
