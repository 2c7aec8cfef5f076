// Which of the relations that a part holds locks on may have lost something, by what the catalogs and the counters show
// at its end; and how much of them has to be kept to find out. Whoever is not a suspect has lost nothing.
#pragma once

#include <functional>
#include <map>

#include "rehearsal/observe/postgres_counter_hiding.h"
#include "rehearsal/observe/postgres_keep.h"
#include "runner/migration/loss.h"

namespace drydock {

using Touched = std::map<Oid, TouchedRelation>;

struct SuspectRules {
  const PostgresInventory& inventory;  // before the part
  CounterHiding hiding = CounterHiding::none;
  std::function<bool(Oid)> was_before_the_plan;
  // A loss that is consented without a bound needs no count on a target. May be empty.
  std::function<bool(LossKind, const ObjectName&)> consented_without_bound;
};

struct Suspects {
  std::map<Oid, KeepWish> wishes;
  bool composites_changed = false;  // a row type lost an attribute: values of it lost a part, on tables nobody locked
};

// REQUIRES: the part's transaction is open, its statements are done.
Suspects find_suspects(Database& database, const SuspectRules& rules, const Touched& touched);

// Throws Refused for writes to the system catalogs by hand and to drydock's own record.
void refuse_tampering(const PostgresInventory& inventory, const Touched& touched);

}  // namespace drydock
