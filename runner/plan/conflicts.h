// What files and history contradict each other in, and the command that resolves each contradiction.
#pragma once

#include <vector>

#include <optional>

#include "runner/plan/standing.h"

namespace drydock {

// All of them, in the order of the standings. A database of which no recorded version is in the folder is one conflict,
// not one for each version. Parses what was begun and not completed; throws MigrationError where that cannot be read.
std::vector<Conflict> find_conflicts(const std::vector<Standing>& standings, const BaselineDecision& decision,
                                     const HighestApplied& highest, Dialect dialect);

// Why the open script of a version that a run left half done (its own text, or its undo's) cannot be gone on with:
// what is applied of it is not the beginning of `parts`. REQUIRES: standing.recorded.
std::optional<Conflict> changed_beginning(const Standing& standing, const std::vector<Part>& parts);

// "0003_add_users", "R__views": how a message names it.
std::string label_of(const Standing& standing);
// In the words of a conflict, about one standing.
Conflict conflict_about(Conflict::Kind kind, const Standing& standing, std::string message);

}  // namespace drydock
