// The log of a run, on standard error only, for whoever looks for the cause of something: --log-level debug shows it.
#pragma once

#include <string>

#include "runner/cli/terminal.h"

namespace drydock {

// Throws Failure (exit 2) for an unknown level. Call before anything logs.
void start_log(const std::string& level, ColourChoice colour);

// In one place: the library behind it is compiled where it is called.
void log_warning(const std::string& message);

}  // namespace drydock
