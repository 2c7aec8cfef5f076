// From argv to an exit code: parses the command line, runs the command, and says how it ended.
#pragma once

#include "runner/cli/exit_code.h"

namespace drydock {

// Throws Interrupted where a signal ended the command; everything is taken down by then.
ExitCode run_command_line(int argc, char** argv);

}  // namespace drydock
