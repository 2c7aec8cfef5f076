// Runs a drydock of its own for each of many databases, several at a time: one that fails, or dies, takes nothing of
// the others with it.
#pragma once

#include <chrono>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "runner/cli/exit_code.h"
#include "runner/cli/many_targets.h"

namespace drydock {

struct ManyOutcome {
  const ManyTarget* target = nullptr;
  std::optional<int> exit_code;     // nullopt: it was not started; 128 and a signal's number where that ended it
  nlohmann::ordered_json document;  // what it printed; null where it printed none
  std::string said;                 // on standard error
  double seconds = 0;

  bool succeeded() const { return exit_code == 0; }
  bool failed() const { return exit_code.value_or(0) != 0; }
};

struct ManyPolicy {
  std::size_t jobs = 4;
  bool canary = true;       // the first one runs alone, and nothing else is started where it fails
  bool keep_going = false;  // after a failure, the canary's aside; else those that run come to their end, and no more
  std::optional<std::chrono::steady_clock::time_point> end;  // nothing is started after it
};

// `words` are the arguments of each; what is left of the time until the end is added. `ended` is told of each as it
// ends. Outcomes are in the order of the targets, which outlive them. An interruption is passed on, and waited for:
// throws Interrupted.
std::vector<ManyOutcome> run_many(const std::vector<ManyTarget>& targets, const std::vector<std::string>& words,
                                  const ManyPolicy& policy, const std::function<void(const ManyOutcome&)>& ended);

}  // namespace drydock
