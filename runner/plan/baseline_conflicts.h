// The contradictions that a squashed baseline brings with it, each with the way out.
#pragma once

#include <optional>

#include "runner/plan/standing.h"

namespace drydock {

// A version that a baseline replaces is recorded, or lies beside it, with another text than the one it replaced.
Conflict changed_below_baseline(const Standing& standing);

// A version at or below the squash point that the baseline does not replace: it could run on some databases and never
// on others.
bool below_baseline(const Standing& standing, const BaselineDecision& decision);
Conflict late_below_baseline(const Standing& standing, const MigrationFile& baseline);

// Originals that have to run and are not at hand.
std::optional<Conflict> partial_squash(const BaselineDecision& decision);

// --to ends inside what the baseline makes at once.
std::optional<Conflict> inside_baseline(const BaselineDecision& decision, const Version& to);

}  // namespace drydock
