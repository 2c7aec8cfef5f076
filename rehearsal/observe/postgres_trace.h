// What each statement of a part did, seen by looking at the transaction's locks and counters after it: which line
// dropped, truncated, deleted or updated, and what a report shows of locks, rewrites and WAL. It explains; the loss
// itself is found by comparison, whatever the trace missed.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "rehearsal/observe/postgres_compare.h"
#include "rehearsal/observe/postgres_inventory.h"

namespace drydock {

// The lines at which something first happened to a table; 0: not seen.
struct TableLines {
  int gone = 0, truncated = 0, deleted = 0, updated = 0, rewritten = 0;
  std::map<int, int> columns;  // attnum: the column went or changed its type
};

// The line that a loss is put down to; 0 where none was seen.
int line_of(const TableLoss& loss, const TableLines& lines);

class PostgresTrace {
 public:
  enum class Detail { losses, report };

  // REQUIRES: the inventory and the kept tables outlive the trace's use; a part's try begins.
  void start(const PostgresInventory& inventory, const std::vector<KeptTable>& kept, Detail detail);

  void before(Database& database);
  void after(Database& database, const StatementRun& run);
  // The try is over: the statements as a report shows them, their locks held until now.
  std::vector<ObservedStatement> statements();

  TableEvidence evidence(Oid oid) const;
  const TableLines& lines(Oid oid) const;

 private:
  void note(Database& database, const Statement& statement, const TouchedRelation& relation,
            ObservedStatement& observed);
  void note_gone(const Statement& statement, Oid oid);
  const KeptTable* kept(Oid oid) const;
  void note_emptied(Database& database, const Statement& statement, const TouchedRelation& relation,
                    const RowCounters& before);
  void follow_savepoint(const Statement& statement);

  // What was noted when a savepoint was set, for a ROLLBACK TO.
  struct Savepoint {
    std::string name;
    std::map<Oid, TableEvidence> evidence;
    std::map<Oid, TableLines> lines;
  };

  const PostgresInventory* inventory_ = nullptr;
  const std::vector<KeptTable>* kept_ = nullptr;
  Detail detail_ = Detail::losses;
  std::map<Oid, TouchedRelation> last_;
  std::map<Oid, RowCounters> counters_;  // as last seen: ROLLBACK TO takes locks back, but nothing that was counted
  std::vector<Savepoint> savepoints_;
  std::map<Oid, TableEvidence> evidence_;
  std::map<Oid, TableLines> lines_;
  std::vector<ObservedStatement> statements_;
  std::vector<std::vector<std::chrono::steady_clock::time_point>> lock_times_;
  std::int64_t wal_ = 0;
};

}  // namespace drydock
