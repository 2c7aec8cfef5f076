// The two sides of a comparison as the server reads them: the kept rows (o: rid, k, c<attnum>) and the table as it is
// now, its values read as those of before (n: nid, id, d<attnum of before>). Which column of after stands for which of
// before is decided here, and by which condition a row of after is a row of before.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_cast_back.h"
#include "rehearsal/observe/postgres_compare.h"

namespace drydock {

// A column of before, and where its values are to be read from afterwards.
struct MappedColumn {
  const TableColumn* before = nullptr;
  const TableColumn* after = nullptr;  // nullptr: gone
  bool same_column = true;             // false: another column that has its name
  bool reshaped = false;               // its row type lost an attribute

  std::string number() const { return std::to_string(before->number); }
  std::string old_value() const { return "o.c" + number(); }
  std::string new_value() const { return "n.d" + number(); }
  bool is_retyped() const { return after && (reshaped || retyped(*before, *after)); }
  // Whether the value of after still holds that of before; NULL where one of them is NULL.
  std::string still_holds() const;
};

// Of one column, over matched rows.
struct ColumnCounts {
  std::int64_t erased = 0;   // not null before, NULL after
  std::int64_t filled = 0;   // the reverse
  std::int64_t unequal = 0;  // not null before, not equal after
};
using CountsByColumn = std::map<int, ColumnCounts>;  // by attnum of before

class TableSides {
 public:
  // REQUIRES: the input outlives the sides.
  TableSides(Database& database, const TableComparisonInput& input, CastBack how);

  const std::vector<MappedColumn>& columns() const { return columns_; }
  bool in_key(const MappedColumn& column) const;
  // Whether rows are followed by primary key: the key's columns are there.
  bool keyed() const { return keyed_; }

  // The SELECT of the new side.
  const std::string& new_side() const { return new_side_; }
  // The same over any table, for the columns that the new side has: of the same attnum, or of the same name.
  enum class Reading { mapped, by_name };
  std::string select_new(const std::string& from, const std::string& where, const TableDetails& table, Reading reading,
                         const std::string& first_number, const std::string& id) const;

  std::string key_condition() const;
  std::string match_condition() const;

  // The counts of ColumnCounts, for each mapped column, over the rows that `matched` holds for; and their answers.
  std::string column_sums(const std::string& matched) const;
  void add_sums(const Rows& rows, std::size_t at, CountsByColumn& counts) const;

 private:
  void map_columns();
  const MappedColumn* mapped(int number) const;
  void make_new_side();
  std::string after_identity() const;
  std::string same_row_condition() const;

  Database& database_;
  const TableComparisonInput& input_;
  const KeptTable& kept_;
  CastBack how_;
  std::vector<MappedColumn> columns_;
  bool keyed_ = false;
  std::string new_side_;
};

}  // namespace drydock
