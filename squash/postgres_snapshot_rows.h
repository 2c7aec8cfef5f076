// Rows as checksums that the server computes, so that no value leaves it; and where sequences stand.
// REQUIRES, for both: the transaction and the settings of a snapshot (postgres_snapshot.cc).
#pragma once

#include <vector>

#include "squash/snapshot.h"

namespace drydock {

std::vector<SnapshotRows> read_row_checksums(Database& database);
std::vector<SnapshotObject> read_sequence_positions(Database& database);

}  // namespace drydock
