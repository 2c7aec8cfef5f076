// The losses of one kept table: what is there now is found (the table itself, or what has its name), compared with what
// was kept (postgres_compare.h), and named as losses. For a part's transaction and for what runs outside of one.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "rehearsal/observe/postgres_compare.h"
#include "rehearsal/observe/postgres_inventory.h"
#include "rehearsal/observe/postgres_trace.h"

namespace drydock {

// Of all kept tables. REQUIRES: what it refers to outlives its use.
struct KeptState {
  const PostgresInventory& inventory;  // of before
  const std::vector<KeptTable>& kept;
  bool composites_changed = false;     // a row type lost an attribute
  std::string moved_since;             // TableComparisonInput::moved_since
  std::vector<Oid> took_nothing = {};  // TableComparisonInput::took_nothing
};

// Of one of them.
struct SeenOfTable {
  TableEvidence evidence;
  TableLines lines;
  bool gone = false;  // known to be dropped, where it cannot be looked at
  bool lineage_wanted = false;
};

struct KeptLosses {
  std::vector<Loss> losses;
  std::optional<std::pair<Oid, Lineage>> lineage;  // with the table that it is of now
};

// What cannot be compared counts as lost. Throws DatabaseError where the connection is gone.
// REQUIRES: a transaction is open, CanonicalSettings are in force.
KeptLosses losses_of_kept(Database& database, const KeptState& state, const KeptTable& kept, const SeenOfTable& seen,
                          const QuietEventTriggers& triggers);

}  // namespace drydock
