// Counts what an SQLite database holds.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

// The tables that hold rows of their own: no views, no virtual tables and what these keep (derived), none of SQLite's
// and none of drydock's.
std::vector<std::string> sqlite_tables(Database& database);

// Whether a table cannot be read because it needs a module or a collation that this program does not have.
bool is_unreadable_by_its_kind(const DatabaseError& error);

// Reads every table once.
Census sqlite_census(Database& database);

}  // namespace drydock
