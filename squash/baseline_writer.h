// Writes what a replayed database holds as one SQL file for people: grouped by object, in an order in which an empty
// database takes it in one transaction, names explicit, reference data as INSERTs, sequences set to where they stand.
// The text proves nothing: squash replays it and compares the snapshots.
//
// It holds no DROP, TRUNCATE, DELETE, and no IF EXISTS or OR REPLACE on anything that stores data. Objects of the role
// that runs the migrations have no owner in it: whoever runs the baseline owns them.
//
// Implementations: postgres_baseline_writer*.cc (DDL from pg_dump, put in order and cleaned),
// sqlite_baseline_writer.cc; all_baseline_writers.cc chooses.
#pragma once

#include <string>

#include "squash/throwaway.h"

namespace drydock {

struct BaselineText {
  std::string sql;                 // without the header of drydock: lines
  std::vector<std::string> notes;  // what cannot be written as SQL, one sentence each: squash refuses with them
};

// REQUIRES: `replayed` is not changed meanwhile. Throws DatabaseError, CannotRehearse (pg_dump is missing).
BaselineText write_baseline(ThrowawayDatabase& replayed);

}  // namespace drydock
