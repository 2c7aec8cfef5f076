// Which changesets of Liquibase's are meant: by database, context and label.
#pragma once

#include <string>
#include <string_view>

#include "runner/sql/dialect.h"

namespace drydock {

// "postgresql, !h2": whether the list is for this database.
bool is_for_database(std::string_view dbms, Dialect dialect);

// Whether an expression such as `prod and !eu, test` holds where the names of `given` (parted by commas) do. Words are
// compared without case; an expression that is empty holds.
bool holds(std::string_view expression, std::string_view given);

}  // namespace drydock
