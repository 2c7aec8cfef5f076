// `protect`: an event trigger that refuses drops of tables and columns by anybody but drydock, and triggers on tables
// that refuse TRUNCATE. PostgreSQL alone. A seat belt and no security boundary: who owns the database can take it off.
#pragma once

#include <string>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

// What is installed. A trigger that somebody disabled protects nothing and counts as not there.
struct Protection {
  bool event_trigger = false;                                   // enabled, whatever the session's replication role
  bool current = false;                                         // the functions are those of this version
  bool schema = false;                                          // the schema is there, with whatever is left in it
  std::vector<std::string> against_truncate, open_to_truncate;  // the user's tables, as they stand in SQL
};

// One statement. REQUIRES: PostgreSQL, here and below.
Protection read_protection(Database& database);

// Installs the event trigger, or puts the functions of this version in the place of others. `by` is kept in the
// trigger's comment. In a transaction of its own; throws DatabaseError, 42501 where the role may not make it.
void install_protection(Database& database, const std::string& by);

// A trigger on that table, in a transaction of its own that waits for the table's lock for a few seconds only.
// REQUIRES: the protection is installed, and the table is one of open_to_truncate.
void refuse_truncate(Database& database, const std::string& table);

// Takes all of it away, the triggers on tables first, in one transaction.
void remove_protection(Database& database);

// Where the functions lie: a schema of their own. An event trigger goes with its function before it can fire, so that
// whoever drops the schema of drydock's record would take the protection away with it, unseen.
inline constexpr std::string_view protection_schema = "drydock_protect";

}  // namespace drydock
