// What a PostgreSQL database holds: its tables by its own catalog, their rows as COPY counted them there.
#pragma once

#include <map>
#include <string>

#include "rehearsal/shadow/shadow.h"

namespace drydock {

// Throws CannotRehearse where a table of the catalog has not been counted.
Census postgres_census(Database& database, const std::map<std::string, std::int64_t>& rows_by_table);

}  // namespace drydock
