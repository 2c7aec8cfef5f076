// Counts what an SQLite database holds.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

// The tables that hold rows of their own: no views, no virtual tables and what these keep (derived), none of SQLite's
// and none of drydock's.
std::vector<std::string> sqlite_tables(Database& database);

// Reads every table once.
Census sqlite_census(Database& database);

}  // namespace drydock
