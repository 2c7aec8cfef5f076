// Keeping what a table held when the part began, before a statement drops, deletes or updates its rows.
#pragma once

#include <functional>

#include "rehearsal/observe/sqlite_followed_table.h"
#include "rehearsal/observe/sqlite_scratch.h"

namespace drydock {

// Fills kept_ID(n, a, k, mask, c0 ...): n counts from 1, k is the encoded primary key (of a virtual table its rowid;
// NULL where there is no key), mask as in line_ID, and cI is the value of the I-th column of table.before. Rows that
// the part or the plan put in are left out; held_rows and held_values count what is in it. `tick` is called every so
// often and may throw. REQUIRES: no row of the table has been deleted or updated in this part.
void keep_rows(const SqliteScratch& scratch, sqlite3* handle, FollowedTable& table, const std::function<void()>& tick);

// Whether a value that a kept row holds counts: it was there, and not NULL, before the scope.
bool cell_counts(const SqliteColumn& column, sqlite3_value* value, std::string_view mask);

}  // namespace drydock
