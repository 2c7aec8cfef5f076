#include "rehearsal/observe/postgres_rest.h"

#include <algorithm>

#include "runner/sql/joined.h"

namespace drydock {

namespace {

// What has no pair.
constexpr std::string_view rest_of_before =
    " FROM pg_temp.drydock_rest_old o WHERE NOT EXISTS (SELECT FROM pg_temp.drydock_pair p WHERE p.rid = o.rid)";
constexpr std::string_view rest_of_after =
    " FROM pg_temp.drydock_rest_new n WHERE NOT n.moved "
    "AND NOT EXISTS (SELECT FROM pg_temp.drydock_pair p WHERE p.nid = n.nid)";

}  // namespace

void RestMatching::make_rest() {
  std::string left = "SELECT o.* FROM " + kept_.table + " o WHERE o.k";
  std::string right;
  if (input_.after && sides_.keyed()) {
    left = "SELECT o.* FROM " + kept_.table + " o LEFT JOIN (" + sides_.new_side() + ") n ON " +
           sides_.match_condition() + " WHERE o.k AND n.nid IS NULL";
    if (!was_refilled())
      right = "SELECT n.*, false AS moved FROM (" + sides_.new_side() + ") n WHERE NOT EXISTS (SELECT FROM " +
              kept_.table + " o WHERE " + sides_.key_condition() + ")";
  } else if (input_.after) {
    right = "SELECT n.*, false AS moved FROM (" + sides_.new_side() + ") n";
  }
  if (input_.root) right += (right.empty() ? "" : " UNION ALL ") + pool_of_tree();
  database_.execute("CREATE TEMP TABLE drydock_rest_old ON COMMIT DROP AS " + left);
  database_.execute("CREATE TEMP TABLE drydock_rest_new ON COMMIT DROP AS " + right);
  database_.execute("CREATE TEMP TABLE drydock_pair (rid pg_catalog.int8, nid pg_catalog.int8) ON COMMIT DROP");
}

// Rows that this transaction wrote into other leaves of the tree, and that no kept leaf had under their key.
std::string RestMatching::pool_of_tree() const {
  const TableDetails& root = *input_.root;
  std::string where = " WHERE x.tableoid <> " + std::to_string(kept_.before.oid) +
                      " AND pg_catalog.age(x.xmin) <= pg_catalog.age(" +
                      (input_.moved_since.empty() ? "pg_catalog.pg_current_xact_id()::pg_catalog.xid"
                                                  : "'" + input_.moved_since + "'::pg_catalog.xid") +
                      ")";
  for (const Oid table : input_.took_nothing) where += " AND x.tableoid <> " + std::to_string(table);
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
  const std::string pool =
      sides_.select_new(root.sql_name(), where, root, TableSides::Reading::by_name,
                        "1000000000000 + pg_catalog.row_number() OVER ()", "NULL::pg_catalog.text");
  std::string columns = "nid, id";
  for (const MappedColumn& column : sides_.columns()) {
    if (column.after || !input_.after) columns += ", d" + column.number();
  }
  return "SELECT " + columns + ", true AS moved FROM (" + pool + ") p";
}

// Pairs what is left on both sides by the columns given, equal ones one to one.
void RestMatching::pair_by(const Columns& by, const Among& among) {
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
                    side("rid", "o", "pg_temp.drydock_rest_old", old_values, among.old_side) + " a JOIN " +
                    side("nid", "n", "pg_temp.drydock_rest_new", new_values, among.new_side) +
                    " b ON a.t = b.t AND a.i = b.i" + (among.most >= 0 ? " LIMIT " + std::to_string(among.most) : ""));
}

RestMatching::Columns RestMatching::columns_where(const std::function<bool(const MappedColumn&)>& wanted) const {
  Columns result;
  for (const MappedColumn& column : sides_.columns()) {
    if ((column.after || !input_.after) && wanted(column)) result.push_back(&column);
  }
  return result;
}

RestMatching::Outcome RestMatching::match(std::int64_t left) {
  make_rest();
  const bool in_tree = input_.root != nullptr;
  const Columns all = columns_where([](const MappedColumn&) { return true; });
  const Columns key = columns_where([this](const MappedColumn& c) { return sides_.in_key(c); });
  if (in_tree && !key.empty() && was_refilled()) {
    pair_as_in_a_refill(key);
  } else if (in_tree && !key.empty()) {
    // A row that moved to another leaf of its tree: by its key, else by what of the key does not decide the leaf.
    pair_by(key, {});
    if (const Columns stable = deciding_no_leaf(key); stable.size() < key.size() && !stable.empty())
      pair_by(stable, {});
  }
  // A changed key: the same row by everything else that it holds. Without a key: the same row.
  const Columns comparable =
      sides_.keyed() ? columns_where([this](const MappedColumn& c) { return !sides_.in_key(c); }) : all;
  const bool key_decides_leaf = !key.empty() && deciding_no_leaf(key).empty();
  if (!comparable.empty()) {
    const bool may_have_moved = !sides_.keyed() || key_decides_leaf;
    pair_by(comparable, {.new_side = may_have_moved ? "" : " AND NOT n.moved"});
  }
  if (!sides_.keyed()) {
    const Columns unchanged = columns_where([](const MappedColumn& c) { return !c.is_retyped(); });
    if (unchanged.size() < comparable.size() && !unchanged.empty()) pair_by(unchanged, {});
    if (in_tree && key.empty()) {
      if (const Columns stable = deciding_no_leaf(all); stable.size() < all.size() && !stable.empty()) {
        pair_by(stable, {.new_side = " AND NOT n.moved"});
        // No more rows moved than went: a row of another leaf that looks like one that stayed here is none of them.
        const bool is_the_same_table = input_.after && !input_.replaced && !input_.evidence.truncated;
        pair_by(stable, {.most = is_the_same_table ? most_that_went(database_, input_) : -1});
      }
    }
    if (input_.replaced) pair_with_nulls();
  }
  return count_rest(left);
}

bool RestMatching::was_refilled() const {
  return sides_.keyed() && !input_.replaced && (input_.evidence.truncated || input_.evidence.emptied);
}

// Rows of other leaves under the keys of an emptied one: each is the old row only if another of its values is back, or
// it had none.
void RestMatching::pair_as_in_a_refill(const Columns& key) {
  const Columns stable = deciding_no_leaf(key);
  const Columns others = columns_where([this](const MappedColumn& column) { return !sides_.in_key(column); });
  const auto with = [&stable](const Columns& more) {
    Columns by = stable;
    by.insert(by.end(), more.begin(), more.end());
    return by;
  };
  if (stable.empty() && others.empty()) return pair_by(key, {});
  if (!others.empty()) pair_by(with(others), {});
  if (stable.empty()) return;
  std::string none;
  for (const MappedColumn* column : others) {
    pair_by(with({column}), {.old_side = " AND " + column->old_value() + " IS NOT NULL"});
    none += " AND " + column->old_value() + " IS NULL";
  }
  pair_by(stable, {.old_side = none});
}

RestMatching::Columns RestMatching::deciding_no_leaf(const Columns& columns) const {
  const std::vector<std::string>& names = kept_.before.partition_key;
  Columns result;
  for (const MappedColumn* column : columns) {
    if (std::find(names.begin(), names.end(), column->before->name) == names.end()) result.push_back(column);
  }
  return result;
}

// In a rebuild without a key a NULL before matches anything: by the columns that are not null, fewest NULLs first.
void RestMatching::pair_with_nulls() {
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
    Columns held;
    for (std::size_t i = 0; i < comparable.size(); ++i) {
      if (each[i] == '1') held.push_back(comparable[i]);
    }
    pair_by(held, {.old_side = " AND " + mask + " = " + literal(each)});
  }
}

// What is left after pairing: how many are lost, and which values are missing among those that were only updated.
RestMatching::Outcome RestMatching::count_rest(std::int64_t total) {
  const Pairs paired = count_pairs();
  const bool is_the_same_table = input_.after && !input_.replaced && !input_.evidence.truncated;
  const Outcome outcome = is_the_same_table ? outcome_of(total, paired) : Outcome{.missing = total - paired.all};
  std::int64_t updated = 0;
  if (is_the_same_table && !outcome.truncated) {
    const std::int64_t left = total - paired.all;
    updated = left - std::min(left, outcome.missing);
    const bool new_rows_among_them = updated < unpaired_after();
    if (updated > 0 && (new_rows_among_them || !sides_.keyed()))
      updated -= follow_by_a_column(updated, new_rows_among_them);
  }
  if (input_.after) {
    const Rows sums = database_.query("SELECT pg_catalog.count(*)" + sides_.column_sums("true") + " FROM " + pairs());
    sides_.add_sums(sums, 1, counts_);
  }
  count_updated(updated);
  return outcome;
}

RestMatching::Pairs RestMatching::count_pairs() {
  const Rows paired =
      database_.query("SELECT pg_catalog.count(*), pg_catalog.count(*) FILTER (WHERE n.moved) FROM " + pairs());
  return {.all = paired.integer(0, 0), .moved = paired.integer(0, 1)};
}

RestMatching::Outcome RestMatching::outcome_of(std::int64_t total, const Pairs& paired) {
  // With a key, what was deleted is lost even where another row holds the same values under a new key.
  const std::int64_t candidates = total - (sides_.keyed() ? paired.moved : paired.all);
  // A row that moved went from here, and a DELETE is what the counters took it for. One that was updated here without a
  // pair here may be one of those that seem to have moved.
  const bool is_exact = input_.evidence.counting == TableEvidence::Counting::exact;
  const std::int64_t pairless =
      std::max<std::int64_t>(0, input_.evidence.counted.updated - (paired.all - paired.moved));
  const std::int64_t surely_moved = is_exact ? std::max<std::int64_t>(0, paired.moved - pairless) : 0;
  const auto besides_moved = [surely_moved](std::int64_t went) {
    return std::max<std::int64_t>(0, went - surely_moved);
  };
  std::int64_t missing = std::min(candidates, besides_moved(most_that_went(database_, input_)));
  if (is_exact) {
    const RowCounters& counted = input_.evidence.counted;
    if (candidates <= counted.deleted + counted.updated) {
      missing = std::min(missing, besides_moved(counted.deleted));
    } else if (missing > 0 && input_.after->file != kept_.before.file) {
      // More rows are gone than any DELETE or UPDATE explains: a TRUNCATE that left no other trace.
      return {.missing = missing, .truncated = true};
    }
  }
  return {.missing = missing};
}

std::int64_t RestMatching::unpaired_after() {
  return database_.query("SELECT pg_catalog.count(*)" + std::string(rest_of_after)).integer(0, 0);
}

// Without a key, which of the rest were updated, and which deleted, is told by the first column that tells them apart:
// nowhere NULL, and each value once, on both sides. Where rows were put in as well, such a column may have been updated
// and its old values be theirs: then another value of the row has to be there, too. How many are paired, `most` at
// most.
std::int64_t RestMatching::follow_by_a_column(std::int64_t most, bool new_rows_among_them) {
  const Columns all = columns_where([this](const MappedColumn& c) { return !sides_.keyed() || !sides_.in_key(c); });
  const MappedColumn* const apart = first_that_tells_apart(all);
  if (!apart) return 0;
  const std::int64_t before = count_pairs().all;
  const auto paired = [&] { return count_pairs().all - before; };
  if (!new_rows_among_them) {
    pair_by({apart}, {.new_side = " AND NOT n.moved", .most = most});
    return paired();
  }
  for (const MappedColumn* other : all) {
    if (other == apart || paired() >= most) continue;
    pair_by({apart, other}, {.old_side = " AND " + other->old_value() + " IS NOT NULL",
                             .new_side = " AND NOT n.moved",
                             .most = most - paired()});
  }
  return paired();
}

const MappedColumn* RestMatching::first_that_tells_apart(const Columns& columns) {
  std::string before = "SELECT pg_catalog.count(*)", after = before;
  const auto distinct = [](const std::string& value) {
    return ", pg_catalog.count(DISTINCT " + value + "::pg_catalog.text)";
  };
  for (const MappedColumn* column : columns) {
    before += distinct(column->old_value());
    after += distinct(column->new_value());
  }
  const Rows old_side = database_.query(before + std::string(rest_of_before));
  const Rows new_side = database_.query(after + std::string(rest_of_after));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto tells_apart = [&](const Rows& side) { return side.integer(0, i + 1) == side.integer(0, 0); };
    if (tells_apart(old_side) && tells_apart(new_side)) return columns[i];
  }
  return nullptr;
}

// Of a column's values in the rows of before without a pair, how many those of after still hold when they are cast
// back, one for one; and how many of the others a row has got whose own key was there before. Keys that were exchanged
// leave a value in another row of before, and what is not equal to a missing one is none.
RestMatching::Found RestMatching::values_found(const MappedColumn& column) {
  const auto text_of = [&column](const std::string& value) {
    return (column.reshaped ? "pg_catalog.jsonb_strip_nulls(" + value + "::pg_catalog.jsonb)" : value) +
           "::pg_catalog.text";
  };
  const auto counted = [](const std::string& values) {
    return "(SELECT x.v, pg_catalog.count(*) AS times FROM (SELECT " + values + ") x GROUP BY 1)";
  };
  const std::string before = counted(text_of(column.old_value()) + " AS v" + std::string(rest_of_before) + " AND " +
                                     kept_.counts("o", column.before->number));
  const std::string after = counted(text_of(column.new_value()) + " AS v" + std::string(rest_of_after));
  const std::string got =
      counted(text_of(column.new_value()) + " AS v FROM " + kept_.table + " o JOIN (" + sides_.new_side() + ") n ON " +
              sides_.match_condition() + " WHERE (" + column.still_holds() + ") IS NOT TRUE");
  const Rows found = database_.query(
      "SELECT coalesce(pg_catalog.sum(least(b.times, coalesce(a.times, 0))), 0)::pg_catalog.int8, " +
      (sides_.keyed() ? std::string("coalesce(pg_catalog.sum(least(b.times - least(b.times, coalesce(a.times, 0)), "
                                    "coalesce(g.times, 0))), 0)::pg_catalog.int8")
                      : std::string("0")) +
      " FROM " + before + " b LEFT JOIN " + after + " a ON a.v = b.v" +
      (sides_.keyed() ? " LEFT JOIN " + got + " g ON g.v = b.v" : ""));
  return {.here = found.integer(0, 0), .elsewhere = found.integer(0, 1)};
}

// Of the rows without a pair, `updated` were not deleted: a column's non-null values that are missing among them are
// erased; of a column whose type changed, those that none of them can be cast back to are changed.
void RestMatching::count_updated(std::int64_t updated) {
  if (updated == 0) return;
  std::string old_sums = "SELECT 1", new_sums = "SELECT pg_catalog.count(*)";
  Columns judged;
  for (const MappedColumn& column : sides_.columns()) {
    if (!column.after || (sides_.keyed() && sides_.in_key(column))) continue;
    old_sums += ", pg_catalog.count(*) FILTER (WHERE " + kept_.counts("o", column.before->number) + ")";
    new_sums += ", pg_catalog.count(" + column.new_value() + ")";
    judged.push_back(&column);
  }
  const Rows before = database_.query(old_sums + std::string(rest_of_before));
  const Rows now = database_.query(new_sums + std::string(rest_of_after));
  // Rows that the migration put in are among those of after, and hold none of the values of before: whichever they are,
  // a value that is not equal to one of before may be theirs.
  const std::int64_t put_in = std::max<std::int64_t>(0, now.integer(0, 0) - updated);
  for (std::size_t i = 0; i < judged.size(); ++i) {
    const std::int64_t held = std::min(before.integer(0, i + 1), updated);
    ColumnCounts& counts = counts_[judged[i]->before->number];
    const bool must_be_equal = judged[i]->is_retyped() || !judged[i]->same_column;
    std::int64_t there = now.integer(0, i + 1);
    if (!must_be_equal && there - put_in >= held) continue;
    const Found found = values_found(*judged[i]);
    there = std::max(found.here, there - put_in);
    const std::int64_t equal = must_be_equal || put_in > 0 ? found.here : there;
    counts.erased += std::max<std::int64_t>(0, held - there - found.elsewhere);
    counts.unequal += std::max<std::int64_t>(0, held - equal - found.elsewhere);
  }
  pair_by({}, {.most = updated});
}

std::int64_t RestMatching::most_that_went(Database& database, const TableComparisonInput& input) {
  if (input.evidence.counting == TableEvidence::Counting::unknown) return input.kept.all_rows;
  const std::int64_t now = database.query("SELECT pg_catalog.count(*) FROM " + input.after->from()).integer(0, 0);
  return std::max<std::int64_t>(0, input.kept.all_rows + input.evidence.counted.inserted - now);
}

std::string RestMatching::pairs() {
  return "pg_temp.drydock_pair p JOIN pg_temp.drydock_rest_old o ON o.rid = p.rid JOIN pg_temp.drydock_rest_new n ON "
         "n.nid "
         "= p.nid";
}

void RestMatching::drop_temporaries() {
  database_.execute("DROP TABLE pg_temp.drydock_rest_old, pg_temp.drydock_rest_new, pg_temp.drydock_pair");
}

}  // namespace drydock
