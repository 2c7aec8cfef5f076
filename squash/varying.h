// Data that is another with each replay: now(), random(), uuids. Two replays of one history tell which it is.
#pragma once

#include <string>
#include <vector>

#include "squash/snapshot.h"

namespace drydock {

struct Variation {
  std::vector<std::string> columns;  // "table.column", as a snapshot names them
  std::string other;                 // described: what differs and is no value of a column; empty: nothing
  std::vector<std::string> tables;   // of which the same values stand in other rows
};

// What two replays of one history differ in.
Variation variation_between(const Snapshot& first, const Snapshot& second);

// The snapshot without the values of these columns: equal ones have the same schema, and rows that are equal but for
// them. Of a table that has such a column the other columns are compared one by one.
Snapshot without_columns(Snapshot snapshot, const std::vector<std::string>& columns);

}  // namespace drydock
