// What another tool has run must not run again: its history is asked before anything is run that drydock has not
// recorded.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "runner/database/database.h"
#include "runner/history/history.h"
#include "runner/plan/plan.h"

namespace drydock {

// The folder that a plan was made from.
struct PlannedFrom {
  const std::vector<MigrationFile>&files, &originals;
};

// Where drydock has recorded nothing, any tool's history that says something; otherwise one that records as applied
// what is about to run. A table that holds no row yet, as one that the folder's own files write to, says nothing.
// `foreign_table`: as in find_foreign_histories(). REQUIRES: the plan is not empty, no transaction is open.
std::optional<Conflict> foreign_conflict(Database& database, const std::string& foreign_table, const Plan& plan,
                                         const std::vector<HistoryRow>& rows, const PlannedFrom& folder);

}  // namespace drydock
