// The schemas that the statements of a file name: whatever stands before a dot, and what CREATE SCHEMA makes. It may
// name more than there are (an alias, a table before its column), never fewer; what has no schema in front is made in
// those of the search_path, which the session knows.
#pragma once

#include <string>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

// As stored by the server (folded to lower case without quotes), sorted, each once. Empty for SQLite, which has one.
std::vector<std::string> schemas_named(const std::vector<Statement>& statements, Dialect dialect);

}  // namespace drydock
