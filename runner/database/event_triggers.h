// Event triggers are the user's rules about the user's own commands: a protocol, a rule about names. What drydock does
// for itself (its tables, the rows that it keeps for a comparison) is none of their business, and must not be stopped
// by them.
#pragma once

#include <string>

#include "runner/database/database.h"

namespace drydock {

// SQL for the open transaction: from `begin` to `end` no event trigger fires, nor does any trigger of a table. Both are
// "" where there is none that would fire, where this role may not (a superuser may, and whoever was granted SET ON
// PARAMETER session_replication_role), and on SQLite.
struct QuietEventTriggers {
  std::string begin, end;
  std::string remedy;  // what would allow it, where this role may not and an event trigger fires

  // What the error says; where an event trigger may have raised it, the remedy, too.
  std::string explain(const DatabaseError& error) const;
};
QuietEventTriggers quiet_event_triggers(Database& database);

// Runs SQL of drydock's own in a transaction of its own, all of it or nothing, while they are quiet. Throws
// DatabaseError; where an event trigger may have raised it, std::runtime_error with the remedy.
void execute_unseen(Database& database, const std::string& sql);

}  // namespace drydock
