// One function for each kind of database; all_baseline_writers.cc lists them.
#pragma once

#include "squash/baseline_writer.h"

namespace drydock {

// As write_baseline(). REQUIRES: the database is of that kind.
BaselineText write_postgres_baseline(ThrowawayDatabase& replayed);
BaselineText write_sqlite_baseline(ThrowawayDatabase& replayed);

}  // namespace drydock
