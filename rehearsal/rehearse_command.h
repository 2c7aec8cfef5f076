// The rehearsal of another tool's command: it runs on a shadow, and what was there before is compared with what is
// there after it. drydock makes nothing of its own there that the tool could take for a table of its own.
#pragma once

#include "rehearsal/other_command.h"
#include "rehearsal/rehearse.h"

namespace drydock {

// Throws CannotRehearse (exit 7), also where the command left the shadow as it was.
// REQUIRES: request.clone.plan is nullptr.
Rehearsal rehearse_command(const OtherCommand& command, const RehearseRequest& request);

}  // namespace drydock
