// What the statements sent since the last reset may have left in a PostgreSQL session, as far as can be told without
// asking: most migrations leave nothing, and a reset of ten statements costs as much as a small migration.
//
// A closed list: what is not on it, was not understood, or may run code of the user's counts as having left anything.
// Code of the user's is in functions, so that a database without any of its own (and whose migrations, so far, could
// make none) runs none through triggers, defaults or checks. Of the server's own functions those that change a session
// (set_config, advisory locks, what runs a query given as text) are looked for in the statement's words; one that
// stands in an older default or rule is overlooked.
#pragma once

#include "runner/sql/statement.h"

namespace drydock {

// In ascending order of what a reset has to do.
enum class PostgresResidue {
  none,
  sequences,  // currval() and lastval() may know values
  anything,
};

// What a statement may leave. REQUIRES: the database holds no function but the server's own.
PostgresResidue residue_of(const Statement& statement);

}  // namespace drydock
