// What CREATE INDEX CONCURRENTLY and its kin leave behind: a failed one keeps an index with indisvalid = false, and a
// retry with IF NOT EXISTS then says success. So validity is looked up after each, and a leftover of the statement's
// own is dropped before a retry (measured on PostgreSQL 15.18).
#pragma once

#include <string>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

enum class IndexOutcome { valid, invalid, absent };

// REQUIRES: statement.traits.concurrent_index; a session outside a transaction. An index without a name is looked for
// among those of its table that are named as the server would name it.
IndexOutcome index_outcome(Database& database, const Statement& statement);

// Drops the invalid indexes that a failed try of this statement left, CONCURRENTLY. Returns their names.
std::vector<std::string> drop_leftovers(Database& database, const Statement& statement);

}  // namespace drydock
