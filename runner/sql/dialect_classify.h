// One classifier per dialect; classify() chooses.
#pragma once

#include <string_view>

#include "runner/sql/statement.h"
#include "runner/sql/words.h"

namespace drydock {

// By PostgreSQL's own grammar (libpg_query); where that does not know the statement, by its leading words.
StatementTraits classify_postgres(std::string_view statement);
// What the leading words alone tell.
void classify_postgres_by_words(const Words& words, StatementTraits& traits);

StatementTraits classify_sqlite(std::string_view statement);

}  // namespace drydock
