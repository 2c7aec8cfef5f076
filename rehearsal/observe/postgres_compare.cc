#include "rehearsal/observe/postgres_compare.h"

#include "rehearsal/observe/postgres_rest.h"
#include "runner/sql/joined.h"

namespace drydock {

namespace {

std::string copy_field(const std::string& text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '\\':
        escaped += "\\\\";
        break;
      case '\t':
        escaped += "\\t";
        break;
      case '\n':
        escaped += "\\n";
        break;
      case '\r':
        escaped += "\\r";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

class TableComparison {
 public:
  TableComparison(Database& database, const TableComparisonInput& input, CastBack how)
      : database_(database),
        input_(input),
        kept_(input.kept),
        sides_(database, input, how),
        rest_(database, input, sides_, counts_) {}

  TableComparisonResult run() {
    if (kept_.rows == 0 && !input_.lineage_wanted) return {};
    if (kept_.table.empty()) return counted_only();
    if (!input_.after) {
      missing_ = kept_.rows;
    } else if (sides_.keyed()) {
      match_by_key();
    }
    if (needs_rest()) {
      match_rest();
    } else if (missing_ > 0 && input_.after && !input_.replaced && !input_.evidence.truncated) {
      missing_ = std::min(missing_, RestMatching::most_that_went(database_, input_));
      matched_ = kept_.rows - missing_;
    }
    TableComparisonResult result;
    add_row_losses(result);
    add_column_losses(result);
    if (input_.lineage_wanted && input_.after) result.lineage = lineage();
    if (used_rest_) rest_.drop_temporaries();
    return result;
  }

 private:
  // Rows that only went, or columns that only went: what was counted is what is lost.
  TableComparisonResult counted_only() const {
    TableComparisonResult result;
    if (!input_.after) {
      if (kept_.rows > 0) result.losses.push_back({LossKind::table_dropped, nullptr, kept_.rows});
      return result;
    }
    for (const MappedColumn& column : sides_.columns()) {
      const auto held = kept_.values.find(column.before->number);
      if (column.after || held == kept_.values.end() || held->second == 0) continue;
      result.losses.push_back({LossKind::column_dropped, column.before, held->second});
    }
    return result;
  }

  void match_by_key() {
    const Rows rows = database_.query(
        "SELECT pg_catalog.count(*) FILTER (WHERE n.nid IS NULL)" + sides_.column_sums("n.nid IS NOT NULL") + " FROM " +
        kept_.table + " o LEFT JOIN (" + sides_.new_side() + ") n ON " + sides_.match_condition() + " WHERE o.k");
    missing_ = rows.integer(0, 0);
    matched_ = kept_.rows - missing_;
    sides_.add_sums(rows, 1, counts_);
  }

  // Whether rows without a match have to be looked at once more: one by one, by what else they hold.
  bool needs_rest() const {
    if (kept_.rows == 0) return false;
    if (!input_.after) return input_.root != nullptr;
    if (!sides_.keyed()) return true;
    if (missing_ == 0 || input_.replaced) return false;
    // What was put into it since is not what it held; but its rows may have moved to other leaves of its tree.
    return input_.root != nullptr || !(input_.evidence.truncated || input_.evidence.emptied);
  }

  void match_rest() {
    used_rest_ = true;
    const RestMatching::Outcome outcome = rest_.match(sides_.keyed() ? missing_ : kept_.rows);
    missing_ = outcome.missing;
    matched_ = kept_.rows - missing_;
    truncated_ = outcome.truncated;
  }

  void add_row_losses(TableComparisonResult& result) const {
    if (missing_ <= 0) return;
    LossKind kind = LossKind::rows_deleted;
    if (!input_.after) {
      kind = LossKind::table_dropped;
    } else if (input_.replaced) {
      kind = LossKind::table_recreated;
    } else if (input_.evidence.truncated || truncated_) {
      kind = LossKind::table_truncated;
    }
    result.losses.push_back({kind, nullptr, missing_});
  }

  void add_column_losses(TableComparisonResult& result) {
    if (!input_.after) return;
    for (const MappedColumn& column : sides_.columns()) {
      const std::int64_t held = kept_.values.at(column.before->number);
      const ColumnCounts& counts = counts_[column.before->number];
      if (!column.after) {
        add(result, LossKind::column_dropped, column, held);
      } else if (!column.same_column) {
        // Another column has its name: what of its values that one does not hold in the same row.
        const std::int64_t in_lost_rows = held - held_by_matched(column);
        add(result, LossKind::column_dropped, column, in_lost_rows + counts.unequal);
      } else if (column.is_retyped()) {
        add(result, LossKind::values_changed, column, counts.unequal);
      } else {
        add(result, LossKind::values_erased, column, counts.erased);
      }
    }
  }

  // Of a column's non-null values, those in rows that are still there.
  std::int64_t held_by_matched(const MappedColumn& column) const {
    if (missing_ == 0) return kept_.values.at(column.before->number);
    if (!sides_.keyed()) return std::min(kept_.values.at(column.before->number), matched_);
    return database_
        .query("SELECT pg_catalog.count(*) FROM " + kept_.table + " o JOIN (" + sides_.new_side() + ") n ON " +
               sides_.match_condition() + " WHERE o.k AND " + kept_.counts("o", column.before->number))
        .integer(0, 0);
  }

  static void add(TableComparisonResult& result, LossKind kind, const MappedColumn& column, std::int64_t rows) {
    if (rows > 0) result.losses.push_back({kind, column.before, rows});
  }

  // Which rows and cells of the table as it is now were there before the plan.
  Lineage lineage() const {
    std::vector<std::string> numbers;
    for (const MappedColumn& column : sides_.columns()) {
      if (!column.after) continue;
      numbers.push_back("CASE WHEN " + kept_.counts("o", column.before->number) + " THEN " +
                        std::to_string(column.after->number) + " END");
    }
    const std::string flags = ", '{' || pg_catalog.concat_ws(',', " + joined(numbers, ", ", "NULL") + ") || '}' AS f ";
    std::string pairs;
    if (sides_.keyed()) {
      pairs = "SELECT n.id" + flags + "FROM " + kept_.table + " o JOIN (" + sides_.new_side() + ") n ON " +
              sides_.match_condition() + " WHERE o.k";
    }
    if (used_rest_) {
      pairs += std::string(pairs.empty() ? "" : " UNION ALL ") + "SELECT n.id" + flags + "FROM " +
               RestMatching::pairs() + " WHERE NOT n.moved";
    }
    Lineage lineage{.by_key = !input_.after->key.empty(), .copy_lines = {}};
    if (pairs.empty()) return lineage;
    const Rows rows =
        database_.query("SELECT id, pg_catalog.row_number() OVER (PARTITION BY id), f FROM (" + pairs + ") l");
    for (const auto& row : rows.rows) {
      lineage.copy_lines += copy_field(row[0].value_or("")) + "\t" + row[1].value() + "\t" + row[2].value() + "\n";
    }
    return lineage;
  }

  Database& database_;
  const TableComparisonInput& input_;
  const KeptTable& kept_;
  TableSides sides_;
  CountsByColumn counts_;
  RestMatching rest_;
  std::int64_t missing_ = 0, matched_ = 0;
  bool used_rest_ = false, truncated_ = false;
};

}  // namespace

TableComparisonResult compare_table(Database& database, const TableComparisonInput& input) {
  database.execute("SAVEPOINT drydock_compare");
  try {
    TableComparisonResult result = TableComparison(database, input, CastBack::at_once).run();
    database.execute("RELEASE SAVEPOINT drydock_compare");
    return result;
  } catch (const DatabaseError& error) {
    if (error.details().connection_lost || error.details().canceled) throw;
    // A value that cannot be cast ends the whole query: once more, row by row.
    database.execute("ROLLBACK TO SAVEPOINT drydock_compare");
  }
  TableComparisonResult result = TableComparison(database, input, CastBack::row_by_row).run();
  database.execute("RELEASE SAVEPOINT drydock_compare");
  return result;
}

}  // namespace drydock
