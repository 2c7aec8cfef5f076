// Whether a statement takes something away, or claims to cope with what is there already: what a squashed baseline must
// never do, since it is only ever run on a database that holds nothing. A squash that drops and makes anew is how
// histories have emptied production.
//
// What it merely creates is looked through: the body of a function, a trigger or a rule is no statement of the file.
// The body of a DO block runs, and is refused by its words.
#pragma once

#include <string>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

// What in it is refused ("DROP", "OR REPLACE on a table"); empty where nothing is. DROP, TRUNCATE and DELETE are always
// refused; IF EXISTS and OR REPLACE on what stores data (tables, schemas, materialized views, sequences, types), which
// functions, views, triggers and indexes do not.
std::string destroys(const Statement& statement, Dialect dialect);

// Each dialect's own.
std::string destroys_postgres(const Statement& statement);
std::string destroys_sqlite(const Statement& statement);

}  // namespace drydock
