// What files and history contradict each other in, and the command that resolves each contradiction.
#pragma once

#include <vector>

#include "runner/plan/standing.h"

namespace drydock {

// All of them, in the order of the standings. A database of which no recorded version is in the folder is one conflict,
// not one for each version. Parses what was begun and not completed; throws MigrationError where that cannot be read.
std::vector<Conflict> find_conflicts(const std::vector<Standing>& standings, const BaselineDecision& decision,
                                     const Version& highest_applied, Dialect dialect);

}  // namespace drydock
