// What a kept table has lost, by comparing it with what is there at the end of the part. The rules are docs/losses.md;
// the comparison is done by the server, in the part's own transaction, row by row.
//
// A row of before is matched to a row of after by primary key, else as one of a multiset: equal rows first. What no row
// is matched to is lost, but in a table that is still there no more than were deleted or truncated.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_keep.h"
#include "runner/migration/loss.h"

namespace drydock {

// What was seen of a table while the part ran.
struct TableEvidence {
  bool truncated = false;  // a TRUNCATE took part
  bool emptied = false;    // a DELETE left it without a row at some moment
  // Of the part's statements; what a savepoint took back may be in it. Unknown: nothing is known of how many rows went.
  enum class Counting { exact, unknown } counting = Counting::exact;
  RowCounters counted;
};

struct TableComparisonInput {
  const KeptTable& kept;
  const TableDetails* after = nullptr;  // the same table, or the other one that has its name; nullptr: neither
  bool replaced = false;                // `after` is another table
  TableEvidence evidence;
  const TableDetails* root = nullptr;      // of the partition tree that its rows may have moved in
  std::vector<const KeptTable*> siblings;  // other kept leaves of that tree
  bool lineage_wanted = false;
  bool composites_changed = false;  // a row type lost an attribute
  // The first transaction that may have moved rows from leaf to leaf; "": the open one alone.
  std::string moved_since = {};
  // Tables that are known to have been given no row: none has moved there.
  std::vector<Oid> took_nothing = {};
};

struct TableLoss {
  LossKind kind{};
  const TableColumn* column = nullptr;  // nullptr: the table. Lives as long as the kept table.
  std::int64_t rows = 0;
};

struct TableComparisonResult {
  std::vector<TableLoss> losses;
  std::optional<Lineage> lineage;  // none where the table is gone
};

// REQUIRES: the part's transaction is open, its statements are done, CanonicalSettings are in force. Throws
// DatabaseError where something could not be compared: then all of the table counts as lost.
TableComparisonResult compare_table(Database& database, const TableComparisonInput& input);

}  // namespace drydock
