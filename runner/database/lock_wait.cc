#include "runner/database/lock_wait.h"

#include <algorithm>
#include <sstream>

#include "runner/database/interruption.h"

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds shortest_pause{50};
constexpr milliseconds longest_pause{500};
constexpr milliseconds between_looks_at_progress{1000};

LockTimeout lock_timeout(const DatabaseUrl& url, const LockRequest& request, const std::string& holder) {
  std::ostringstream message;
  message << (request.purpose == LockPurpose::migrate ? "another runner migrates " : "another runner rehearses for ")
          << url.display();
  if (!holder.empty()) message << " (" << holder << ")";
  message << ", and made no progress for " << static_cast<double>(request.wait.count()) / 1000
          << " s\nthis run changed nothing; wait for the other to end, or raise --lock-wait, and run the command again";
  return LockTimeout(message.str());
}

}  // namespace

void wait_for_lock(const DatabaseUrl& url, const LockRequest& request, const LockAttempts& attempts) {
  check_interruption();
  if (attempts.try_to_lock()) return;
  if (request.on_wait) request.on_wait(attempts.holder());

  Clock::time_point waiting_since = Clock::now();
  Clock::time_point looked_at = waiting_since;
  const auto look = [&] { return std::pair(request.progress ? request.progress() : 0, attempts.sign_of_life()); };
  std::pair<std::int64_t, std::string> progress = look();
  for (milliseconds pause = shortest_pause;; pause = std::min(pause * 3 / 2, longest_pause)) {
    auto left = std::chrono::duration_cast<milliseconds>(waiting_since + request.wait - Clock::now());
    pause_for(std::clamp(left, milliseconds(0), pause));
    if (attempts.try_to_lock()) return;

    bool over = Clock::now() - waiting_since >= request.wait;
    if (over || Clock::now() - looked_at >= between_looks_at_progress) {
      looked_at = Clock::now();
      const auto now = look();
      if (now != progress) {
        progress = now;
        waiting_since = looked_at;
        continue;
      }
    }
    if (over) throw lock_timeout(url, request, attempts.holder());
  }
}

}  // namespace drydock
