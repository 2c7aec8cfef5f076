// What SQLite says of its latest error.
#pragma once

#include <sqlite3.h>

#include <string>
#include <string_view>

#include "runner/database/error.h"

namespace drydock {

// "SQLITE_CONSTRAINT_UNIQUE" for 2067; the primary code's name where the extended one has none here.
std::string sqlite_code_name(int extended_code);

// REQUIRES: the latest call on `connection` failed. `sql`: what was prepared, for the line of the error.
DatabaseError::Details sqlite_error_details(sqlite3* connection, std::string_view sql);

}  // namespace drydock
