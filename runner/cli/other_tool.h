// What `rehearse -- COMMAND...` and `migrate -- COMMAND...` do alike: find the program, read its consents, rehearse it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rehearsal/other_command.h"
#include "runner/cli/command_output.h"
#include "runner/cli/rehearsing.h"

namespace drydock {

// The command of the options. Throws Failure (exit 2) where there is no such program, or drydock.consents holds
// something else than consents. REQUIRES: options.command is not empty; the output outlives its use.
OtherCommand other_command(const RehearsalOptions& options, const Settings& settings, Dialect dialect,
                           const CommandOutput& output);

// The command line of `rehearse --` as a document of its own; shows the command's output as `output` has it.
// Throws what rehearse_plan() throws.
Rehearsal rehearse_other(const OtherCommand& command, Target& target, const Settings& settings,
                         const RehearsalOptions& options, Terminal& terminal, CommandOutput& output);

}  // namespace drydock
