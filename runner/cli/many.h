// --each-database and --each-schema: one command on many databases, or on many schemas of one, in one run.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runner/cli/many_report.h"
#include "runner/cli/options.h"
#include "runner/cli/server_wait.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

// What every one of them is asked.
struct AskedOfEach {
  std::vector<std::string> words;  // the command's own options, but for these:
  std::string timeout;             // of all of them together; "" for none
  WaitOption wait;
};

class ManyOptions {
 public:
  // A command that changes nothing has no canary, and goes on after a failure.
  enum class Changes { target, nothing };
  explicit ManyOptions(Changes changes) : changes_(changes) {}

  void declare(Options& options);
  bool asked_for() const { return databases_ || schemas_; }
  // The exit code is that of the first that failed, in the order of the list. Throws Failure (exit 2), ConnectionError,
  // Interrupted.
  ExitCode run(const ManyCommand& command, const AskedOfEach& asked, const Settings& settings,
               Terminal& terminal) const;

 private:
  std::vector<ManyTarget> targets(const Settings& settings) const;
  ManyPolicy policy(const std::string& timeout) const;

  Changes changes_;
  std::optional<std::string> databases_, schemas_;
  std::size_t jobs_ = 4;
  bool keep_going_ = false;
};

}  // namespace drydock
