// The rows that a replay left, as INSERT statements for people, and where its sequences stand.
#pragma once

#include <string>

#include "runner/database/database.h"

namespace drydock {

// Table by table, ordered by the primary key, else by all columns. REQUIRES: a PostgresReading is open on `session`.
std::string insert_statements(Database& session);
// SELECT setval(...) for each that is not where it starts. REQUIRES: as above.
std::string position_statements(Database& session);

}  // namespace drydock
