// A run that died while a statement ran outside a transaction left an intent row and no outcome. Where the database
// itself tells what became of it (an index that is there and valid, or not), the outcome is recorded, and the next run
// goes on.
#pragma once

#include <vector>

#include "runner/cli/target.h"
#include "runner/plan/plan.h"

namespace drydock {

// Whether the conflicts are nothing but such parts. Another runner that is at work looks the same.
bool only_unfinished_parts(const std::vector<Conflict>& conflicts);

// Records each outcome that can be told; the others stay conflicts.
// REQUIRES: the migrate lock is held, so that nobody is at work.
void settle_unfinished_parts(Target& target, const std::vector<Conflict>& conflicts);

}  // namespace drydock
