#include "rehearsal/observe/postgres_compare.h"

#include <algorithm>
#include <functional>
#include <set>

#include "rehearsal/observe/postgres_cast_back.h"

namespace drydock {

namespace {

// A column of before, and where its values are to be read from afterwards.
struct MappedColumn {
  const TableColumn* before = nullptr;
  const TableColumn* after = nullptr;  // nullptr: gone
  bool same_column = true;             // false: another column that has its name
  std::string number() const { return std::to_string(before->number); }
  std::string old_value() const { return "o.c" + number(); }
  std::string new_value() const { return "n.d" + number(); }
  bool reshaped = false;  // its row type lost an attribute
  bool is_retyped() const { return after && (reshaped || retyped(*before, *after)); }
  // Whether the value of after still holds that of before; NULL where one of them is NULL.
  std::string still_holds() const {
    if (!reshaped) return old_value() + " = " + new_value();
    return new_value() + "::pg_catalog.jsonb @> pg_catalog.jsonb_strip_nulls(" + old_value() + "::pg_catalog.jsonb)";
  }
};

struct ColumnCounts {
  std::int64_t erased = 0;   // not null before, NULL after
  std::int64_t filled = 0;   // the reverse
  std::int64_t unequal = 0;  // not null before, not equal after
};

std::string joined(const std::vector<std::string>& parts, const std::string& by, const std::string& none) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : by) + part;
  return text.empty() ? none : text;
}

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
      : database_(database), input_(input), kept_(input.kept), how_(how) {
    map_columns();
    keyed_ =
        !kept_.before.key.empty() && std::all_of(kept_.before.key.begin(), kept_.before.key.end(), [this](int number) {
          const MappedColumn* column = mapped(number);
          return column && column->after && (column->same_column || input_.replaced);
        });
  }

  TableComparisonResult run() {
    if (kept_.rows == 0 && !input_.lineage_wanted) return {};
    if (kept_.table.empty()) return counted_only();
    if (!input_.after) {
      missing_ = kept_.rows;
    } else {
      make_new_side();
      if (keyed_) match_by_key();
    }
    if (needs_rest()) match_rest();
    TableComparisonResult result;
    add_row_losses(result);
    add_column_losses(result);
    if (input_.lineage_wanted && input_.after) result.lineage = lineage();
    drop_temporaries();
    return result;
  }

 private:
  void map_columns() {
    for (const TableColumn& column : kept_.before.columns) {
      if (column.generated) continue;
      MappedColumn mapped{.before = &column};
      if (input_.after) {
        mapped.after = input_.replaced ? nullptr : input_.after->column(column.number);
        if (!mapped.after) {
          mapped.after = input_.after->column_named(column.name);
          mapped.same_column = input_.replaced || !mapped.after;
        }
        mapped.reshaped =
            mapped.after && column.composite && input_.composites_changed && !retyped(column, *mapped.after);
      }
      columns_.push_back(mapped);
    }
  }

  const MappedColumn* mapped(int number) const {
    for (const MappedColumn& column : columns_) {
      if (column.before->number == number) return &column;
    }
    return nullptr;
  }

  bool in_key(const MappedColumn& column) const {
    const std::vector<int>& key = kept_.before.key;
    return std::find(key.begin(), key.end(), column.before->number) != key.end();
  }

  // Rows that only went, or columns that only went: what was counted is what is lost.
  TableComparisonResult counted_only() const {
    TableComparisonResult result;
    if (!input_.after) {
      if (kept_.rows > 0) result.losses.push_back({LossKind::table_dropped, nullptr, kept_.rows});
      return result;
    }
    for (const MappedColumn& column : columns_) {
      const auto held = kept_.values.find(column.before->number);
      if (column.after || held == kept_.values.end() || held->second == 0) continue;
      result.losses.push_back({LossKind::column_dropped, column.before, held->second});
    }
    return result;
  }

  // The table as it is now, its values read as those of before: nid, id, d<attnum of before>.
  std::string select_new(const std::string& from, const std::string& where, const TableDetails& table, bool by_name,
                         const std::string& first_number, const std::string& id) const {
    std::string select = "SELECT " + first_number + " AS nid, " + id + " AS id";
    for (const MappedColumn& column : columns_) {
      const TableColumn* source = by_name ? table.column_named(column.before->name) : column.after;
      if (!column.after && !by_name) continue;
      select += ", ";
      select += source ? cast_back_expression(database_, *column.before, *source, "x", how_) : "NULL";
      select += " AS d" + column.number();
    }
    return select + " FROM " + from + " x" + where;
  }

  std::string after_identity() const { return identity_expression(*input_.after, "x", !input_.after->key.empty()); }

  void make_new_side() {
    const TableDetails& after = *input_.after;
    new_side_ = select_new(after.from(), "", after, false, "pg_catalog.row_number() OVER ()",
                           input_.lineage_wanted ? after_identity() : "NULL::pg_catalog.text");
    if (!keyed_) return;
    std::vector<int> numbers;
    std::vector<std::string> keys;
    for (const int number : kept_.before.key) {
      numbers.push_back(mapped(number)->after->number);
      keys.push_back("y.d" + std::to_string(number));
    }
    // Without a primary key of its own a row's key may be there twice: one row of before is one row of after.
    if (numbers != after.key) {
      new_side_ = "SELECT DISTINCT ON (" + joined(keys, ", ", "") + ") * FROM (" + new_side_ + ") y";
    }
  }

  std::string key_condition() const {
    std::vector<std::string> parts;
    for (const int number : kept_.before.key) {
      const MappedColumn& column = *mapped(number);
      parts.push_back(column.old_value() + " = " + column.new_value());
    }
    return joined(parts, " AND ", "false");
  }

  // Where the table was dropped, truncated, replaced or emptied, a row under an old key is the old row only if at least
  // one of its other values is back, or it had none: demo rows under the old keys are not the old rows.
  std::string same_row_condition() const {
    if (!input_.replaced && !input_.evidence.truncated && !input_.evidence.emptied) return "";
    std::vector<std::string> back, none;
    for (const MappedColumn& column : columns_) {
      if (in_key(column) || !column.after) continue;
      back.push_back(column.old_value() + " = " + column.new_value());
      none.push_back(column.old_value() + " IS NULL");
    }
    if (back.empty()) return "";
    return " AND ((" + joined(back, " OR ", "") + ") IS TRUE OR (" + joined(none, " AND ", "") + "))";
  }

  std::string match_condition() const { return key_condition() + same_row_condition(); }

  // The counts of ColumnCounts, for each mapped column, over the rows that `matched` holds for.
  std::string column_sums(const std::string& matched) const {
    std::string sums;
    for (const MappedColumn& column : columns_) {
      if (!column.after) continue;
      const std::string held = kept_.counts("o", column.before->number);
      const std::string start = ", pg_catalog.count(*) FILTER (WHERE " + matched + " AND ";
      sums += start + held + " AND " + column.new_value() + " IS NULL)";
      sums += start + column.old_value() + " IS NULL AND " + column.new_value() + " IS NOT NULL)";
      sums += start + held + " AND (" + column.still_holds() + ") IS NOT TRUE)";
    }
    return sums;
  }

  void add_sums(const Rows& rows, std::size_t at) {
    for (const MappedColumn& column : columns_) {
      if (!column.after) continue;
      ColumnCounts& counts = counts_[column.before->number];
      counts.erased += rows.integer(0, at++);
      counts.filled += rows.integer(0, at++);
      counts.unequal += rows.integer(0, at++);
    }
  }

  void match_by_key() {
    const Rows rows = database_.query("SELECT pg_catalog.count(*) FILTER (WHERE n.nid IS NULL)" +
                                      column_sums("n.nid IS NOT NULL") + " FROM " + kept_.table + " o LEFT JOIN (" +
                                      new_side_ + ") n ON " + match_condition() + " WHERE o.k");
    missing_ = rows.integer(0, 0);
    matched_ = kept_.rows - missing_;
    add_sums(rows, 1);
  }

  // Whether rows without a match have to be looked at once more: one by one, by what else they hold.
  bool needs_rest() const {
    if (kept_.rows == 0) return false;
    if (!input_.after) return input_.root != nullptr;
    if (!keyed_) return true;
    if (missing_ == 0 || input_.replaced || input_.evidence.truncated || input_.evidence.emptied) return false;
    return true;
  }

  void make_rest() {
    std::string left = "SELECT o.* FROM " + kept_.table + " o WHERE o.k";
    std::string right;
    if (input_.after && keyed_) {
      left = "SELECT o.* FROM " + kept_.table + " o LEFT JOIN (" + new_side_ + ") n ON " + match_condition() +
             " WHERE o.k AND n.nid IS NULL";
      right = "SELECT n.*, false AS moved FROM (" + new_side_ + ") n WHERE NOT EXISTS (SELECT FROM " + kept_.table +
              " o WHERE " + key_condition() + ")";
    } else if (input_.after) {
      right = "SELECT n.*, false AS moved FROM (" + new_side_ + ") n";
    }
    if (input_.root) right += (right.empty() ? "" : " UNION ALL ") + pool_of_tree();
    database_.execute("CREATE TEMP TABLE drydock_rest_old ON COMMIT DROP AS " + left);
    database_.execute("CREATE TEMP TABLE drydock_rest_new ON COMMIT DROP AS " + right);
    database_.execute("CREATE TEMP TABLE drydock_pair (rid pg_catalog.int8, nid pg_catalog.int8) ON COMMIT DROP");
    made_rest_ = true;
  }

  // Rows that this transaction wrote into other leaves of the tree, and that no kept leaf had under their key.
  std::string pool_of_tree() const {
    const TableDetails& root = *input_.root;
    std::string where =
        " WHERE x.tableoid <> " + std::to_string(kept_.before.oid) +
        " AND pg_catalog.age(x.xmin) <= pg_catalog.age(pg_catalog.pg_current_xact_id()::pg_catalog.xid)";
    for (const KeptTable* sibling : input_.siblings) {
      if (sibling->table.empty() || sibling->before.key.empty()) continue;
      std::vector<std::string> same;
      for (const int number : sibling->before.key) {
        const TableColumn* column = sibling->before.column(number);
        const TableColumn* in_root = root.column_named(column->name);
        if (!in_root) continue;
        same.push_back("s.c" + std::to_string(number) + " = " +
                       kept_expression("x." + drydock::quoted(in_root->name), *column));
      }
      where += " AND NOT (x.tableoid = " + std::to_string(sibling->before.oid) + " AND EXISTS (SELECT FROM " +
               sibling->table + " s WHERE " + joined(same, " AND ", "false") + "))";
    }
    const std::string pool = select_new(root.sql_name(), where, root, true,
                                        "1000000000000 + pg_catalog.row_number() OVER ()", "NULL::pg_catalog.text");
    std::string columns = "nid, id";
    for (const MappedColumn& column : columns_) {
      if (column.after || !input_.after) columns += ", d" + column.number();
    }
    return "SELECT " + columns + ", true AS moved FROM (" + pool + ") p";
  }

  // Pairs what is left on both sides by the columns given, equal ones one to one; at most `most` (below 0: any).
  void pair_by(const std::vector<const MappedColumn*>& by, const std::string& extra = "", std::int64_t most = -1) {
    std::vector<std::string> old_values, new_values;
    for (const MappedColumn* column : by) {
      old_values.push_back(column->old_value());
      new_values.push_back(column->new_value());
    }
    const auto side = [](const std::string& id, const std::string& alias, const std::string& table,
                         const std::vector<std::string>& values, const std::string& where) {
      const std::string text = "ROW(" + joined(values, ", ", "") + ")::pg_catalog.text";
      return "(SELECT " + alias + "." + id + ", " + text + " AS t, pg_catalog.row_number() OVER (PARTITION BY " + text +
             " ORDER BY " + alias + "." + id + ") AS i FROM " + table + " " + alias +
             " WHERE NOT EXISTS (SELECT FROM pg_temp.drydock_pair p WHERE p." + id + " = " + alias + "." + id + ")" +
             where + ")";
    };
    database_.execute("INSERT INTO pg_temp.drydock_pair SELECT a.rid, b.nid FROM " +
                      side("rid", "o", "pg_temp.drydock_rest_old", old_values, extra) + " a JOIN " +
                      side("nid", "n", "pg_temp.drydock_rest_new", new_values, "") + " b ON a.t = b.t AND a.i = b.i" +
                      (most >= 0 ? " LIMIT " + std::to_string(most) : ""));
  }

  std::vector<const MappedColumn*> columns_where(const std::function<bool(const MappedColumn&)>& wanted) const {
    std::vector<const MappedColumn*> result;
    for (const MappedColumn& column : columns_) {
      if ((column.after || !input_.after) && wanted(column)) result.push_back(&column);
    }
    return result;
  }

  void match_rest() {
    make_rest();
    const bool in_tree = input_.root != nullptr;
    if (in_tree && !kept_.before.key.empty()) pair_moved();
    // A changed key: the same row by everything else that it holds. Without a key: the same row.
    const auto comparable = columns_where([&](const MappedColumn& c) { return !keyed_ || !in_key(c); });
    if (!comparable.empty()) pair_by(comparable);
    if (!keyed_) {
      const auto unchanged = columns_where([](const MappedColumn& c) { return !c.is_retyped(); });
      if (unchanged.size() < comparable.size() && !unchanged.empty()) pair_by(unchanged);
      if (input_.replaced) pair_with_nulls();
    }
    count_rest();
  }

  // A row that moved to another leaf of its tree: by its key, else by what of the key does not decide the leaf.
  void pair_moved() {
    const auto key = columns_where([&](const MappedColumn& c) { return in_key(c); });
    pair_by(key);
    std::vector<const MappedColumn*> stable;
    for (const MappedColumn* column : key) {
      const auto& names = kept_.before.partition_key;
      if (std::find(names.begin(), names.end(), column->before->name) == names.end()) stable.push_back(column);
    }
    if (!stable.empty() && stable.size() < key.size()) pair_by(stable);
  }

  // In a rebuild without a key a NULL before matches anything: by the columns that are not null, fewest NULLs first.
  void pair_with_nulls() {
    const auto comparable = columns_where([](const MappedColumn&) { return true; });
    std::vector<std::string> bits;
    for (const MappedColumn* column : comparable) {
      bits.push_back("CASE WHEN " + column->old_value() + " IS NULL THEN '0' ELSE '1' END");
    }
    const std::string mask = joined(bits, " || ", "''");
    const Rows masks =
        database_.query("SELECT DISTINCT " + mask +
                        " FROM pg_temp.drydock_rest_old o WHERE NOT EXISTS (SELECT FROM pg_temp.drydock_pair p "
                        "WHERE p.rid = o.rid)");
    std::vector<std::string> ordered;
    for (std::size_t i = 0; i < masks.rows.size(); ++i) ordered.push_back(masks.text(i, 0));
    std::sort(ordered.begin(), ordered.end(), [](const std::string& a, const std::string& b) {
      return std::count(a.begin(), a.end(), '0') < std::count(b.begin(), b.end(), '0');
    });
    for (const std::string& each : ordered) {
      if (each.find('0') == std::string::npos) continue;
      std::vector<const MappedColumn*> held;
      for (std::size_t i = 0; i < comparable.size(); ++i) {
        if (each[i] == '1') held.push_back(comparable[i]);
      }
      pair_by(held, " AND " + mask + " = " + literal(each));
    }
  }

  // What is left after pairing: how many are lost, and which values are missing among those that were only updated.
  void count_rest() {
    const Rows paired =
        database_.query("SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE n.moved)" + column_sums("true") +
                        " FROM pg_temp.drydock_pair p JOIN pg_temp.drydock_rest_old o ON o.rid = p.rid JOIN "
                        "pg_temp.drydock_rest_new n ON "
                        "n.nid = p.nid");
    const std::int64_t pairs = paired.integer(0, 0), moved = paired.integer(0, 1);
    if (input_.after) add_sums(paired, 2);
    const std::int64_t total = keyed_ ? missing_ : kept_.rows;
    const std::int64_t left = total - pairs;
    if (!input_.after || input_.replaced || input_.evidence.truncated) {
      missing_ = left;
      matched_ = kept_.rows - missing_;
      return;
    }
    // With a key, what was deleted is lost even where another row holds the same values under a new key.
    const std::int64_t candidates = keyed_ ? total - moved : left;
    if (candidates > input_.evidence.deleted + input_.evidence.updated) {
      // More rows are gone than any DELETE or UPDATE explains: a TRUNCATE that left no other trace.
      truncated_ = true;
      missing_ = candidates;
      matched_ = kept_.rows - missing_;
      return;
    }
    missing_ = std::min(candidates, input_.evidence.deleted);
    matched_ = kept_.rows - missing_;
    count_updated(left, left - std::min(left, missing_));
  }

  // Of the rows without a pair, `updated` were not deleted: a column's non-null values that are missing among them are
  // erased.
  void count_updated(std::int64_t left, std::int64_t updated) {
    if (left == 0 || updated == 0) return;
    std::string old_sums = "SELECT 1", new_sums = "SELECT 1";
    std::vector<const MappedColumn*> judged;
    for (const MappedColumn& column : columns_) {
      if (!column.after || (keyed_ && in_key(column))) continue;
      old_sums += ", pg_catalog.count(*) FILTER (WHERE " + kept_.counts("o", column.before->number) + ")";
      new_sums += ", pg_catalog.count(" + column.new_value() + ")";
      judged.push_back(&column);
    }
    const Rows before = database_.query(old_sums +
                                        " FROM pg_temp.drydock_rest_old o WHERE NOT EXISTS (SELECT FROM "
                                        "pg_temp.drydock_pair p WHERE p.rid = o.rid)");
    const Rows now = database_.query(new_sums +
                                     " FROM pg_temp.drydock_rest_new n WHERE NOT n.moved AND NOT EXISTS (SELECT FROM "
                                     "pg_temp.drydock_pair p WHERE p.nid = n.nid)");
    for (std::size_t i = 0; i < judged.size(); ++i) {
      const std::int64_t held = std::min(before.integer(0, i + 1), updated);
      ColumnCounts& counts = counts_[judged[i]->before->number];
      // Keys that moved within the table make matched rows gain what unmatched ones seem to miss.
      const std::int64_t gone = std::max<std::int64_t>(0, held - now.integer(0, i + 1) - (keyed_ ? counts.filled : 0));
      counts.erased += gone;
      counts.unequal += gone;
    }
    pair_by({}, "", updated);
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
    for (const MappedColumn& column : columns_) {
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
    if (!keyed_) return std::min(kept_.values.at(column.before->number), matched_);
    return database_
        .query("SELECT pg_catalog.count(*) FROM " + kept_.table + " o JOIN (" + new_side_ + ") n ON " +
               match_condition() + " WHERE o.k AND " + kept_.counts("o", column.before->number))
        .integer(0, 0);
  }

  static void add(TableComparisonResult& result, LossKind kind, const MappedColumn& column, std::int64_t rows) {
    if (rows > 0) result.losses.push_back({kind, column.before, rows});
  }

  // Which rows and cells of the table as it is now were there before the plan.
  Lineage lineage() const {
    std::vector<std::string> numbers;
    for (const MappedColumn& column : columns_) {
      if (!column.after) continue;
      numbers.push_back("CASE WHEN " + kept_.counts("o", column.before->number) + " THEN " +
                        std::to_string(column.after->number) + " END");
    }
    const std::string flags = ", '{' || pg_catalog.concat_ws(',', " + joined(numbers, ", ", "NULL") + ") || '}' AS f ";
    std::string pairs;
    if (keyed_) {
      pairs = "SELECT n.id" + flags + "FROM " + kept_.table + " o JOIN (" + new_side_ + ") n ON " + match_condition() +
              " WHERE o.k";
    }
    if (made_rest_) {
      pairs += std::string(pairs.empty() ? "" : " UNION ALL ") + "SELECT n.id" + flags +
               "FROM pg_temp.drydock_pair p JOIN pg_temp.drydock_rest_old o ON o.rid = p.rid JOIN "
               "pg_temp.drydock_rest_new n ON n.nid = p.nid WHERE NOT n.moved";
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

  void drop_temporaries() {
    if (!made_rest_) return;
    database_.execute("DROP TABLE pg_temp.drydock_rest_old, pg_temp.drydock_rest_new, pg_temp.drydock_pair");
  }

  Database& database_;
  const TableComparisonInput& input_;
  const KeptTable& kept_;
  CastBack how_;
  std::vector<MappedColumn> columns_;
  bool keyed_ = false;
  std::string new_side_;
  std::int64_t missing_ = 0, matched_ = 0;
  bool made_rest_ = false, truncated_ = false;
  std::map<int, ColumnCounts> counts_;
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
