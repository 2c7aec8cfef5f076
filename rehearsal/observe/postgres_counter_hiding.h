// Whether the session's counters of inserted, deleted and updated rows can be believed. Zero counters acquit a table;
// but a superuser may switch track_counts off for a while, and no trace of that is left.
#pragma once

#include "runner/database/database.h"

namespace drydock {

// Whether the server's counters of deleted and updated rows can be switched off: `possible` makes them acquit nothing,
// `named` makes them tell nothing.
enum class CounterHiding { none, possible, named };

// By functions that are there already.
CounterHiding hiding_by_code(Database& database);
// By a statement of the migration itself.
CounterHiding hiding_by_text(const Statement& statement);
bool is_superuser(Database& database);

}  // namespace drydock
