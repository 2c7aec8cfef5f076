// What the server is doing for a session, asked from a second connection, for messages: never a query's text, which may
// hold values. SQLite has nothing of the kind: "" there.
#pragma once

#include <string>

#include "runner/database/url.h"

namespace drydock {

// Who keeps `pid` from going on: "pid 4711, application etl, from 10.0.0.3, idle in transaction since 12:03:04Z; ...".
// "" where nobody does, or where it cannot be found out.
std::string describe_blockers(const DatabaseUrl& url, int pid);

struct Activity {
  bool blocked = false;  // somebody's lock keeps it from going on
  // For a live line: "waits for " and the blockers, or how far its command is: "CREATE INDEX: 40 % (building index)".
  std::string text;
};
Activity activity_of(const DatabaseUrl& url, int pid);

}  // namespace drydock
