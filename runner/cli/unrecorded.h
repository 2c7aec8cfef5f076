// What drydock's history lacks of what another tool, or a comparison of schemas, says is applied: all of it at the
// first adoption, and later what the tool has applied since.
#pragma once

#include <string>
#include <vector>

#include "runner/cli/target.h"
#include "runner/history/adopt/adoption.h"

namespace drydock {

// In order, each with the attempt that its row is to have. Throws Failure (exit 4) where drydock took one of them back,
// or left one half applied. `tool`: "" where nobody recorded them.
std::vector<AdoptedVersion> unrecorded(const Target& target, std::vector<AdoptedVersion> versions,
                                       const std::string& tool);

// What was adopted from the tool and is not among its versions any more: sentences for whoever adopts again.
std::vector<std::string> remarks_on_withdrawn(Target& target, const std::vector<AdoptedVersion>& versions,
                                              const std::string& tool);

}  // namespace drydock
