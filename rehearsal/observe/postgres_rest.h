// What primary keys leave over, and all of a table without one, as a multiset: equal rows are paired first, rows that
// moved to another leaf of their partition tree are found there, and of what is left as many as were not deleted count
// as updated. One use; its temporary tables go with drop_temporaries() or with the transaction.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_sides.h"

namespace drydock {

class RestMatching {
 public:
  // REQUIRES: the sides, the input and the counts outlive it.
  RestMatching(Database& database, const TableComparisonInput& input, const TableSides& sides, CountsByColumn& counts)
      : database_(database), input_(input), kept_(input.kept), sides_(sides), counts_(counts) {}

  // In a table that is still there no more rows are lost than went: the rows of before, and those put in, that are not
  // there now. What a savepoint took back was counted as deleted, and as put in, so that this bounds it.
  static std::int64_t most_that_went(Database& database, const TableComparisonInput& input);

  struct Outcome {
    std::int64_t missing = 0;
    bool truncated = false;  // more are gone than any DELETE or UPDATE explains
  };
  // Matches `left` rows of before that have no row of after by key; adds to the counts what matched rows show.
  Outcome match(std::int64_t left);

  // Pairs of o and n: the FROM clause.
  static std::string pairs();
  void drop_temporaries();

 private:
  using Columns = std::vector<const MappedColumn*>;

  void make_rest();
  std::string pool_of_tree() const;
  Columns columns_where(const std::function<bool(const MappedColumn&)>& wanted) const;
  // Which rows of either side may be paired, and how many at most (below 0: any).
  struct Among {
    std::string old_side = {}, new_side = {};  // further conditions on o, on n: " AND ..."
    std::int64_t most = -1;
  };
  void pair_by(const Columns& by, const Among& among);
  // The table is keyed, and was emptied or truncated: what it holds now was put in since.
  bool was_refilled() const;
  void pair_as_in_a_refill(const Columns& key);
  Columns deciding_no_leaf(const Columns& columns) const;
  void pair_with_nulls();
  struct Pairs {
    std::int64_t all = 0;
    std::int64_t moved = 0;  // of them, in another leaf
  };
  Pairs count_pairs();
  Outcome count_rest(std::int64_t total);
  Outcome outcome_of(std::int64_t total, const Pairs& paired);
  std::int64_t unpaired_after();
  std::int64_t follow_by_a_column(std::int64_t most, bool new_rows_among_them);
  const MappedColumn* first_that_tells_apart(const Columns& columns);
  struct Found {
    std::int64_t here = 0;       // in rows of after without a pair
    std::int64_t elsewhere = 0;  // in rows that a key matches
  };
  Found values_found(const MappedColumn& column);
  void count_updated(std::int64_t updated);

  Database& database_;
  const TableComparisonInput& input_;
  const KeptTable& kept_;
  const TableSides& sides_;
  CountsByColumn& counts_;
};

}  // namespace drydock
