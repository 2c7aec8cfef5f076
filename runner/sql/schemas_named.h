// The schemas that the statements of a file name: whatever stands before a dot, what CREATE SCHEMA makes, and what SET
// search_path lists. It may name more than there are (an alias, a table before its column), not fewer; what has no
// schema in front is otherwise made in those of the session's search_path.
#pragma once

#include <string>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

// As stored by the server (folded to lower case without quotes), sorted, each once. Empty for SQLite, which has one.
std::vector<std::string> schemas_named(const std::vector<Statement>& statements, Dialect dialect);

}  // namespace drydock
