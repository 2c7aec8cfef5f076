// What runs outside of drydock's transactions, on a shadow: a statement alone, or another tool's sessions. Nothing can
// be rolled back to look again, so the tables are kept in temporary tables of this session beforehand, and compared
// afterwards. What the server counted meanwhile, across transactions and sessions, tells an updated key from a row that
// went while another came.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_compare.h"
#include "rehearsal/observe/postgres_inventory.h"
#include "rehearsal/observe/postgres_keep.h"
#include "runner/migration/loss.h"

namespace drydock {

class PostgresOutside {
 public:
  // REQUIRES: the database outlives it.
  explicit PostgresOutside(Database& database) : database_(database) {}

  // What is kept is what `wishes` names; `inventory` is of now, and has to outlive losses().
  // REQUIRES: no transaction is open. Nobody else writes until losses(), but for what is looked at.
  void keep(const PostgresInventory& inventory, const std::map<Oid, KeepWish>& wishes,
            const std::map<Oid, PlanRows>& rows, const std::map<Oid, Lineage>& lineages);
  bool kept_any() const { return !kept_.empty(); }

  enum class Counters {
    trusted,
    hidden,  // what ran may have switched them off: every row that is not there is lost
  };
  // Compares, and forgets what was kept. `lineages` gets what later parts have to know; nullptr: nothing.
  std::vector<Loss> losses(Counters counters, std::map<Oid, Lineage>* lineages);

 private:
  struct Table {
    RowCounters counted;
    std::int64_t file = 0;
    std::vector<ColumnState> columns;
  };
  bool counters_are_told();
  std::map<Oid, Table> read_counters();
  TableEvidence evidence_of(const KeptTable& kept, const std::map<Oid, Table>& now);
  bool composites_changed();

  Database& database_;
  const PostgresInventory* inventory_ = nullptr;
  std::vector<KeptTable> kept_;
  std::map<Oid, Table> before_;
  std::string start_xid_;
  bool told_ = false;
};

}  // namespace drydock
