// The losses of one followed table at the end of a part, and what the next part of the plan has to know of it.
#pragma once

#include <vector>

#include "rehearsal/observe/sqlite_followed_table.h"
#include "rehearsal/observe/sqlite_scratch.h"
#include "runner/migration/loss.h"

namespace drydock {

enum class LossScope {
  plan,  // a shadow: what the plan itself put there does not count
  part,  // a target: there is no state from before the plan
};

// Never throws for what went wrong in observing: that is an undetermined loss. REQUIRES: all statements of the part
// have run, and the table was mentioned in it.
std::vector<Loss> losses_of_table(const SqliteScratch& scratch, sqlite3* handle, FollowedTables& tables,
                                  FollowedTable& table, LossScope scope);

}  // namespace drydock
