// Two states of a table, the kept rows and what is there now, compared by the rules of docs/losses.md: by primary key
// where there is one, as a multiset otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "rehearsal/observe/sqlite_kept_rows.h"
#include "rehearsal/observe/sqlite_scratch.h"
#include "rehearsal/observe/sqlite_values.h"

namespace drydock {

// Where a column of the kept rows is found afterwards.
struct ColumnFate {
  int after = -1;         // index among the columns afterwards; -1: it is gone
  bool stand_in = false;  // it is gone, and `after` is another column that has its name
  bool retyped = false;   // other declared type
};

struct ComparisonTask {
  sqlite3* handle;
  const SqliteScratch& scratch;
  const FollowedTable& table;         // kept
  const SqliteStructure& after;       // the table itself, or the one that has its name now
  std::vector<ColumnFate> fates;      // one per column of table.before
  bool rebuilt = false;               // it is another table
  bool was_empty = false;             // a row whose key is back is the old one only if one of its values is back too
  NextRowLineage* lineage = nullptr;  // gets what the next part has to know; nullptr on a target
};

struct Comparison {
  std::int64_t lost = 0, matched = 0;
  // One each per column of table.before.
  std::vector<std::int64_t> erased, changed, held_by_stand_in;
};

Comparison compare_by_key(const ComparisonTask& task);
Comparison compare_as_multiset(const ComparisonTask& task);

// ---- what both share

// Reads the rows as they are now, with a value for each column of table.before.
class RowsAfter {
 public:
  explicit RowsAfter(const ComparisonTask& task);
  bool step() { return rows_.step(); }
  std::string address() const { return address_.read(rows_); }
  sqlite3_value* value(std::size_t column) const { return rows_.value(address_.width() + static_cast<int>(column)); }

 private:
  RowAddress address_;
  SqliteQuery rows_;
};

// Whether a value is the one it was, as it is or cast back to the old type.
class ValuesBack {
 public:
  explicit ValuesBack(const ComparisonTask& task);
  bool is_back(std::size_t column, sqlite3_value* before, sqlite3_value* now);
  // The one form in which a value of now is looked up among those of before.
  sqlite3_value* as_before(std::size_t column, sqlite3_value* now);

 private:
  std::vector<std::optional<SqliteCastBack>> casts_;
};

// kept_ID's columns before the values: n, a, k, mask.
constexpr int kept_number = 0, kept_address = 1, kept_mask = 3, first_kept_value = 4;

// What the lineage has to say of a row of now that is a kept one.
RowLineage::Entry entry_of_match(const ComparisonTask& task, const SqliteQuery& kept, const RowsAfter& after);
// The mask of a kept row that has none yet.
RowLineage::Entry entry_of_nulls(const ComparisonTask& task, const SqliteQuery& kept);

// The kept rows that were deleted and not put in again, or as many as can have gone where others wrote: no more can be
// lost in a table that is still there. `put_in_again` by number of the kept row; empty: none was.
std::int64_t count_dead(const ComparisonTask& task, const std::vector<bool>& put_in_again);

}  // namespace drydock
