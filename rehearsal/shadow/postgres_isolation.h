// Cuts what a clone brings along that reaches beyond it: foreign servers, dblink, subscriptions, jobs.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_source.h"

namespace drydock {

// What of the source is not restored at all, or does nothing on the shadow: subscriptions, jobs, large objects.
std::vector<std::string> notes_on_source(PostgresSource& source);

// REQUIRES: `shadow` may alter every object; nothing has been run there yet. Returns notes.
std::vector<std::string> cut_connections(Database& shadow);

}  // namespace drydock
