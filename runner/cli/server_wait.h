// --wait: a server that is starting, as in a set of containers that come up together, is waited for.
#pragma once

#include <string>

#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

struct WaitOption {
  std::string time;  // "": not at all

  void declare(Options& options);
  // Until the target's server takes connections. What does not heal by itself (a wrong password, a database that is not
  // there) is thrown at once; what does, when the time is over. Throws Failure (exit 2), ConnectionError, Interrupted.
  void wait_for_server(const Settings& settings, Terminal& terminal) const;
};

}  // namespace drydock
