// How a command ends: one number and, where it failed, one message. The same for every command.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#include "runner/plan/plan.h"

namespace drydock {

enum class ExitCode {
  done = 0,
  unexpected = 1,
  usage = 2,
  rejected = 3,
  conflict = 4,
  wrong_target = 5,
  locked = 6,
  cannot_rehearse = 7,
  failed_on_target = 8,
  pending = 9,
};

// What ends a command where no more special exception does. what() is the whole message for the user.
struct Failure : std::runtime_error {
  Failure(ExitCode code_, const std::string& message) : std::runtime_error(message), code(code_) {}
  ExitCode code;
};

// Files and history contradict each other. The conflicts carry their diffs.
struct HistoryConflict : Failure {
  explicit HistoryConflict(std::vector<Conflict> conflicts_);
  std::vector<Conflict> conflicts;
};

struct Ending {
  ExitCode code = ExitCode::done;
  std::string message;
};

// The one place that maps an exception to a code and a message.
// REQUIRES: exception is not null, and not an Interrupted that came from a signal.
Ending ending_of(const std::exception_ptr& exception);

}  // namespace drydock
