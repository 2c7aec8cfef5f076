// The contradictions that a squashed baseline brings with it, each with the way out.
#pragma once

#include <optional>

#include "runner/plan/standing.h"

namespace drydock {

// A version that a baseline replaces is recorded, or lies beside it, with another text than the one it replaced.
Conflict changed_below_baseline(const Standing& standing);

// A version at or below the squash point that no baseline replaces could run on some databases and never on others: it
// is neither run, nor skipped, nor marked as applied. The baseline, of the folder or recorded, that it lies below;
// nullptr where there is none. REQUIRES: the version is out of order.
const Standing* baseline_above(const std::vector<Standing>& standings, const Standing& late);
Conflict late_below_baseline(const Standing& late, const Standing& baseline);

// A baseline of which the database has nothing, while it has versions behind it.
Conflict late_baseline(const Standing& baseline, const Version& highest_applied);

// Originals that have to run and are not at hand.
std::optional<Conflict> partial_squash(const BaselineDecision& decision);

// --to ends inside what the baseline makes at once.
std::optional<Conflict> inside_baseline(const BaselineDecision& decision, const Version& to);

}  // namespace drydock
