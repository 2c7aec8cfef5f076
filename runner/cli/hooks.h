// [hooks] of drydock.toml: commands of the user's around an apply. Each gets the plan as one JSON document on its
// standard input; what it prints goes to standard error, so that --json stays one document.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/cli/exit_code.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"
#include "runner/database/url.h"
#include "runner/plan/plan.h"

namespace drydock {

// How a run of `migrate` ended.
struct MigrateEnding {
  ExitCode code = ExitCode::done;
  std::string_view result;  // "applied", "refused", "failed", ... as in migrate --json
  std::vector<std::string> applied;
};

class Hooks {
 public:
  // REQUIRES: everything outlives this object.
  Hooks(const Settings& settings, const DatabaseUrl& database, Terminal& terminal)
      : settings_(settings), database_(database), terminal_(terminal) {}

  // before_migrate, where there is one. Throws Failure (exit 1) where it fails: nothing was changed. Throws
  // Interrupted.
  void before(const Plan& plan) const;
  // after_migrate, where there is one, also after an interruption. The code that the run ends with: where all else went
  // well, a hook that failed is exit 1. Does not throw what a hook does.
  ExitCode after(const Plan& plan, const MigrateEnding& ending) const;

 private:
  const Settings& settings_;
  const DatabaseUrl& database_;
  Terminal& terminal_;
};

}  // namespace drydock
