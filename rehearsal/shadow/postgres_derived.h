// What a clone makes anew after the rows: the values of sequences, and materialized views.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_source.h"

namespace drydock {

void copy_sequence_values(PostgresSource& source, Database& shadow);

// Fills those that are filled on the source. Returns a note for each that could not be.
std::vector<std::string> refresh_materialized_views(PostgresSource& source, Database& shadow);

}  // namespace drydock
