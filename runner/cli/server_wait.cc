#include "runner/cli/server_wait.h"

#include <algorithm>
#include <cctype>

#include "runner/cli/rehearsing.h"
#include "runner/database/database.h"
#include "runner/database/interruption.h"

namespace drydock {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds between_attempts{200};

// Bare digits are seconds.
std::chrono::milliseconds duration_of(const std::string& time) {
  const bool bare = std::ranges::all_of(time, [](unsigned char letter) { return std::isdigit(letter) != 0; });
  return duration_asked_for("--wait", bare ? time + "s" : time);
}

void wait_for(const DatabaseUrl& url, Clock::time_point end, Terminal& terminal) {
  for (bool said = false;; said = true) {
    try {
      open_database(url, {.access = OpenOptions::Access::read_only, .application = "drydock wait"});
      return;
    } catch (const ConnectionError& error) {
      if (!error.details().may_heal || Clock::now() >= end) throw;
      if (!said) terminal.say("waiting for the server of " + url.display());
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pause_for(std::clamp(left, std::chrono::milliseconds(0), between_attempts));
  }
}

}  // namespace

void WaitOption::declare(Options& options) {
  options.option("--wait", "SECONDS", time, "how long to wait for a server that is starting: 30, 30s, 2min");
}

void WaitOption::wait_for_server(const Settings& settings, Terminal& terminal) const {
  if (time.empty()) return;
  const Clock::time_point end = Clock::now() + duration_of(time);
  const DatabaseUrl url = settings.database(), direct = settings.direct_database();
  if (url.dialect() == Dialect::sqlite) return;
  wait_for(url, end, terminal);
  if (direct.conninfo() != url.conninfo()) wait_for(direct, end, terminal);
}

}  // namespace drydock
