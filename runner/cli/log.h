// The log of a run, on standard error only, for whoever looks for the cause of something: --log-level debug shows it.
#pragma once

#include <string>

#include "runner/cli/terminal.h"

namespace drydock {

// Throws Failure (exit 2) for an unknown level. Call before anything logs.
void start_log(const std::string& level, ColourChoice colour);

}  // namespace drydock
