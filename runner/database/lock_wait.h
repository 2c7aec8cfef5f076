// Waiting for another runner's lock, the same for every database: polls, tells once who is waited for, and starts the
// wait anew whenever the holder makes progress.
#pragma once

#include <functional>
#include <string>

#include "runner/database/lock.h"

namespace drydock {

struct LockAttempts {
  std::function<bool()> try_to_lock;
  std::function<std::string()> holder;        // who has it, as far as can be found out; may be ""
  std::function<std::string()> sign_of_life;  // changes whenever the holder gives one
};

// Returns when it is locked. Throws LockTimeout, or Interrupted.
void wait_for_lock(const DatabaseUrl& url, const LockRequest& request, const LockAttempts& attempts);

}  // namespace drydock
