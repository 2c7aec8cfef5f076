// The lock between runners, for a command that corrects or empties: it waits for whoever is at work, and says for whom.
#pragma once

#include <memory>
#include <string>

#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"
#include "runner/database/lock.h"

namespace drydock {

// `wait` is --lock-wait as given: how long to wait for a holder that makes no progress. A new row of the history is
// progress. Throws what acquire_lock() does, and Failure (exit 2) where `wait` is no duration.
// REQUIRES: target.exists(), and it outlives the call.
std::unique_ptr<MigrationLock> wait_for_lock(const Settings& settings, Target& target, const std::string& wait,
                                             Terminal& terminal);

}  // namespace drydock
