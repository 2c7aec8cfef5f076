// What a PostgreSQL database holds and pg_dump of its schema leaves out: roles of the replay's own, versions of
// extensions, settings and grants of the database, materialized views that are filled; and what no SQL can say.
// REQUIRES, for all: a PostgresReading is open on the session.
#pragma once

#include <string>
#include <vector>

#include "squash/postgres_dump.h"

namespace drydock {

// CREATE ROLE where a server does not have it yet: roles belong to servers, which may have had other databases.
std::string role_statements(Database& session, const std::vector<std::string>& created);

// The versions that were replayed; comments that come with an extension are left to it.
void complete_extensions(Database& session, std::vector<DumpEntry>& entries);

// The current database's, whatever its name.
std::string database_statements(Database& session);

// Of those views, as SQL names in the order in which they can be filled, the ones that are.
std::string refresh_statements(Database& session, const std::vector<std::string>& views);

// One sentence for each thing that cannot be written.
std::vector<std::string> what_sql_cannot_say(Database& session);

}  // namespace drydock
