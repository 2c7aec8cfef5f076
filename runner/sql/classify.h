// What the text of one statement says about how to run it: PostgreSQL's by its own parser (libpg_query, which this
// folder alone includes), SQLite's by its leading tokens.
#pragma once

#include <string_view>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

StatementTraits classify(std::string_view statement, Dialect dialect);

}  // namespace drydock
