#include "rehearsal/observe/two_states.h"

#include "rehearsal/observe/postgres_two_states.h"
#include "rehearsal/observe/sqlite_two_states.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

std::unique_ptr<TwoStates> keep_state(Database& shadow) {
  if (shadow.dialect() == Dialect::postgres) return std::make_unique<PostgresTwoStates>(shadow);
  return std::make_unique<SqliteTwoStates>(dynamic_cast<SqliteDatabase&>(shadow));
}

}  // namespace drydock
