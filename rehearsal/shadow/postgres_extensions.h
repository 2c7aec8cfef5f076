// The source's extensions, against those that are installed here.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_source.h"
#include "runner/plan/plan.h"

namespace drydock {

struct Extensions {
  std::vector<std::string> missing;  // not installed here: left out of the shadow
  std::vector<std::string> notes;    // those, and other versions
};

// Throws CannotRehearse where the plan makes one that is missing here.
Extensions compare_extensions(PostgresSource& source, Database& shadow, const Plan* plan);

// Extensions belong on the shadow to whom they belong on the source.
// REQUIRES: `shadow` is its superuser's session.
void give_extensions_to_their_owners(PostgresSource& source, Database& shadow);

}  // namespace drydock
