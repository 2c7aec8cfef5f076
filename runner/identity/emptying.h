// `reset`: takes everything out of a database but its stamp, so that the next migrate begins with the first migration.
#pragma once

#include <string>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

struct Emptied {
  std::size_t objects = 0;        // that were dropped by name; what went with them is not counted
  std::vector<std::string> left;  // what stands still, one sentence each
};

// In one transaction: all of it or nothing. Also the record of what was applied goes: it told of what is no more.
// Throws DatabaseError; the database is then as it was. REQUIRES: the caller knows that this database may be emptied,
// and holds the migrate lock; no transaction is open.
Emptied empty_database(Database& database);

// Whether there is anything that it would take out.
bool has_anything(Database& database);

}  // namespace drydock
