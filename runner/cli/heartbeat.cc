#include "runner/cli/heartbeat.h"

#include <chrono>
#include <exception>

namespace drydock {

Heartbeat::Heartbeat(MigrationLock& lock) : thread_([this, &lock] { beat(lock); }) {}

Heartbeat::~Heartbeat() {
  {
    const std::lock_guard guard(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void Heartbeat::beat(MigrationLock& lock) {
  std::unique_lock guard(mutex_);
  while (!ended_.wait_for(guard, std::chrono::seconds(1), [this] { return over_; })) {
    try {
      lock.give_sign_of_life();
    } catch (const std::exception&) {
      return;  // a lost lock or a signal: the runner itself finds out, and says so
    }
  }
}

}  // namespace drydock
