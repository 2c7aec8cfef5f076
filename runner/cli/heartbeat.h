// A rehearsal writes nothing that another runner could see, however long it takes: while one of these lives, whoever
// waits for the lock is told each second that its holder is at work, so that --lock-wait counts only time without
// progress.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "runner/database/lock.h"

namespace drydock {

class Heartbeat {
 public:
  // REQUIRES: the lock outlives the heartbeat, and nobody else uses it meanwhile.
  explicit Heartbeat(MigrationLock& lock);
  ~Heartbeat();
  Heartbeat(const Heartbeat&) = delete;
  Heartbeat& operator=(const Heartbeat&) = delete;

 private:
  void beat(MigrationLock& lock);

  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace drydock
