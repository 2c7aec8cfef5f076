// `adopt --release`: brings another tool's table up to date with drydock's history, so that the tool can take over
// again and runs nothing twice. drydock's own record stays.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "runner/cli/adopting.h"
#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"
#include "runner/history/adopt/release.h"

namespace drydock {

// The table to write, and what it lacks. Throws Failure where there is no such table, or no history of drydock's, and
// where anything contradicts it; HistoryConflict.
struct Releasing {
  FoundHistory found;
  Release release;
};
Releasing look_at_release(Target& target, const WantedHistory& wanted);

// Writes it, with both locks held and in one transaction, and returns what it wrote. Throws LockTimeout too.
Releasing write_release(Target& target, const Settings& settings, const FoundHistory& found,
                        std::chrono::milliseconds wait, Terminal& terminal);

}  // namespace drydock
