#include "runner/cli/locking.h"

#include "runner/cli/rehearsing.h"

namespace drydock {

std::unique_ptr<MigrationLock> wait_for_lock(const Settings& settings, Target& target, const std::string& wait,
                                             Terminal& terminal) {
  LockRequest request;
  request.wait = duration_asked_for("--lock-wait", wait);
  request.progress = [&target] {
    target.read_again();
    return static_cast<std::int64_t>(target.state().rows.size());
  };
  request.on_wait = [&terminal](const std::string& holder) { terminal.say("waiting for another runner: " + holder); };
  return acquire_lock(settings.direct_database(), request);
}

}  // namespace drydock
