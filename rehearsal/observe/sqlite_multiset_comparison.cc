// Tables without a primary key: equal rows are paired first. In a table that is still there, of the rest as many as
// were not deleted are updated rows; in a rebuilt one a NULL of before matches anything, and what finds no partner is
// lost.
//
// In the scratch database: side_ID, the kept rows without a partner, by their encoded values; rest_ID, the rows of now
// without one; pair_ID, who found whom, for the lineage alone.
#include <algorithm>
#include <set>

#include "rehearsal/observe/sqlite_comparison.h"

namespace drydock {
namespace {

class MultisetComparison {
 public:
  explicit MultisetComparison(const ComparisonTask& task);
  Comparison run();

 private:
  using Kind = RowJournal::Origin::Kind;

  SqliteQuery query(const std::string& sql) const { return task_.scratch.query(with_id(sql)); }
  void execute(const std::string& sql) const { task_.scratch.execute(with_id(sql)); }
  // '#' stands for the table's id.
  std::string with_id(std::string sql) const;
  std::int64_t count_side() const;

  void encode_kept();
  void pair_equal_rows();
  std::string insert_into_rest() const;
  void leave(SqliteQuery& rest, const std::string& at, const RowsAfter& after);

  // Rebuilt.
  void pair_nulls();
  std::string nulls_of(const SqliteQuery& kept) const;
  std::set<std::pair<std::size_t, std::string>> patterns() const;
  void pair_pattern(const std::string& pattern);
  void project_rest(const std::string& pattern);
  void write_rebuilt_lineage();

  // Still there.
  void count_erased();
  void add_updated();
  void subtract_still_held();
  void follow_addresses();
  RowLineage::Entry entry_of_new_row(const std::string& at);
  void compare_stand_ins(const SqliteQuery& kept, const RowsAfter& after);

  const ComparisonTask& task_;
  const SqliteStructure& before_;
  std::string id_;
  std::vector<std::size_t> common_;  // columns of before that are there afterwards
  ValuesBack back_;
  RowLineage lineage_;
  std::optional<RowJournal> journal_;
  std::int64_t put_in_again_ = 0;
  Comparison result_;
};

MultisetComparison::MultisetComparison(const ComparisonTask& task)
    : task_(task),
      before_(task.table.before),
      id_(std::to_string(task.table.id)),
      back_(task),
      lineage_(task.scratch, task.table) {
  for (std::size_t i = 0; i < before_.columns.size(); ++i) {
    const ColumnFate& fate = task.fates[i];
    if (fate.after >= 0 && !fate.stand_in && !before_.columns[i].generated) common_.push_back(i);
  }
  result_.erased.resize(before_.columns.size());
  result_.changed.resize(before_.columns.size());
  result_.held_by_stand_in.resize(before_.columns.size());
  if (task.table.has_journal && !task.rebuilt) journal_.emplace(task.scratch, task.table.id);
}

Comparison MultisetComparison::run() {
  encode_kept();
  pair_equal_rows();
  if (task_.rebuilt) {
    pair_nulls();
    result_.lost = count_side();
    if (task_.lineage) write_rebuilt_lineage();
  } else {
    const std::int64_t dead = std::max<std::int64_t>(0, count_dead(task_, {}) - put_in_again_);
    result_.lost = std::min(count_side(), dead);
    count_erased();
    follow_addresses();
  }
  result_.matched = task_.table.held_rows - result_.lost;
  return result_;
}

std::string MultisetComparison::with_id(std::string sql) const {
  for (std::size_t at = sql.find('#'); at != std::string::npos; at = sql.find('#', at)) sql.replace(at, 1, id_);
  return sql;
}

std::int64_t MultisetComparison::count_side() const {
  SqliteQuery rows = query("SELECT count(*) FROM side_#");
  rows.step();
  return rows.integer(0);
}

void MultisetComparison::encode_kept() {
  execute("DROP TABLE IF EXISTS side_#");
  execute("CREATE TABLE side_#(s INTEGER PRIMARY KEY, k BLOB, n INTEGER)");
  SqliteQuery insert = query("INSERT INTO side_# VALUES (NULL, ?1, ?2)");
  SqliteQuery kept = query("SELECT * FROM kept_#");
  while (kept.step()) {
    std::string tuple;
    for (const std::size_t i : common_) append_encoded(tuple, kept.value(first_kept_value + static_cast<int>(i)));
    insert.bind_blob(1, tuple).bind_integer(2, kept.integer(kept_number)).run();
  }
  execute("CREATE INDEX side_k_# ON side_#(k)");
  if (!task_.rebuilt) execute("CREATE INDEX kept_a_# ON kept_#(a)");
}

std::string MultisetComparison::insert_into_rest() const {
  std::string columns = "r INTEGER PRIMARY KEY, a BLOB", parameters = "NULL, ?1";
  for (std::size_t i = 0; i < before_.columns.size(); ++i) {
    columns += ", c" + std::to_string(i);
    parameters += ", ?" + std::to_string(i + 2);
  }
  execute("DROP TABLE IF EXISTS rest_#");
  execute("CREATE TABLE rest_#(" + columns + ")");
  return "INSERT INTO rest_# VALUES (" + parameters + ")";
}

void MultisetComparison::pair_equal_rows() {
  execute("DROP TABLE IF EXISTS pair_#");
  execute("CREATE TABLE pair_#(a BLOB PRIMARY KEY, n INTEGER, nulls_filled INTEGER) WITHOUT ROWID");
  SqliteQuery rest = query(insert_into_rest());
  SqliteQuery find = query("SELECT s, n FROM side_# WHERE k = ?1 LIMIT 1");
  SqliteQuery take = query("DELETE FROM side_# WHERE s = ?1");
  SqliteQuery pair = query("INSERT INTO pair_# VALUES (?1, ?2, 0)");
  RowsAfter after(task_);
  while (after.step()) {
    const std::string at = after.address();
    std::string tuple;
    for (const std::size_t i : common_) append_encoded(tuple, back_.as_before(i, after.value(i)));
    const bool found = find.bind_blob(1, tuple).step();
    const std::int64_t side = found ? find.integer(0) : 0, number = found ? find.integer(1) : 0;
    find.reset();
    if (!found) {
      leave(rest, at, after);
      continue;
    }
    take.bind_integer(1, side).run();
    if (task_.lineage) pair.bind_blob(1, at).bind_integer(2, number).run();
    if (journal_ && journal_->origin(at).kind == Kind::new_row) ++put_in_again_;
  }
}

void MultisetComparison::leave(SqliteQuery& rest, const std::string& at, const RowsAfter& after) {
  rest.bind_blob(1, at);
  for (std::size_t i = 0; i < before_.columns.size(); ++i) {
    rest.bind_value(static_cast<int>(i) + 2, back_.as_before(i, after.value(i)));
  }
  rest.run();
}

// A pattern has a character for each common column: '1' where the kept row holds NULL. Those with the fewest come
// first, since they have the least choice.
void MultisetComparison::pair_nulls() {
  for (const auto& [nulls, pattern] : patterns()) {
    if (nulls > 0) pair_pattern(pattern);
  }
}

std::string MultisetComparison::nulls_of(const SqliteQuery& kept) const {
  std::string out;
  for (const std::size_t i : common_) out += kept.is_null(first_kept_value + static_cast<int>(i)) ? '1' : '0';
  return out;
}

std::set<std::pair<std::size_t, std::string>> MultisetComparison::patterns() const {
  std::set<std::pair<std::size_t, std::string>> out;
  SqliteQuery kept = query("SELECT kept_#.* FROM side_# JOIN kept_# USING (n)");
  while (kept.step()) {
    const std::string pattern = nulls_of(kept);
    out.emplace(std::count(pattern.begin(), pattern.end(), '1'), pattern);
  }
  return out;
}

void MultisetComparison::project_rest(const std::string& pattern) {
  execute("DROP TABLE IF EXISTS projected_#");
  execute("CREATE TABLE projected_#(k BLOB, r INTEGER)");
  SqliteQuery insert = query("INSERT INTO projected_# VALUES (?1, ?2)");
  SqliteQuery rest = query("SELECT * FROM rest_#");
  while (rest.step()) {
    std::string tuple;
    for (std::size_t j = 0; j < common_.size(); ++j) {
      if (pattern[j] == '0') append_encoded(tuple, rest.value(2 + static_cast<int>(common_[j])));
    }
    insert.bind_blob(1, tuple).bind_integer(2, rest.integer(0)).run();
  }
  execute("CREATE INDEX projected_k_# ON projected_#(k)");
}

void MultisetComparison::pair_pattern(const std::string& pattern) {
  project_rest(pattern);
  SqliteQuery find =
      query("SELECT p.rowid, p.r, rest_#.a FROM projected_# p JOIN rest_# USING (r) WHERE k = ?1 LIMIT 1");
  SqliteQuery use = query("DELETE FROM projected_# WHERE rowid = ?1");
  SqliteQuery take = query("DELETE FROM rest_# WHERE r = ?1");
  SqliteQuery pair = query("INSERT INTO pair_# VALUES (?1, ?2, 1)");
  SqliteQuery kept = query("SELECT kept_#.*, s FROM side_# JOIN kept_# USING (n)");
  const int side = first_kept_value + static_cast<int>(before_.columns.size());
  std::vector<std::int64_t> paired;
  while (kept.step()) {
    if (nulls_of(kept) != pattern) continue;
    std::string tuple;
    for (std::size_t j = 0; j < common_.size(); ++j) {
      const auto column = first_kept_value + static_cast<int>(common_[j]);
      if (pattern[j] == '0') append_encoded(tuple, kept.value(column));
    }
    if (!find.bind_blob(1, tuple).step()) continue;
    const std::int64_t projected = find.integer(0), row = find.integer(1);
    if (task_.lineage) pair.bind_blob(1, find.blob(2)).bind_integer(2, kept.integer(kept_number)).run();
    find.reset();
    use.bind_integer(1, projected).run();
    take.bind_integer(1, row).run();
    paired.push_back(kept.integer(side));
  }
  SqliteQuery leave_side = query("DELETE FROM side_# WHERE s = ?1");
  for (const std::int64_t row : paired) leave_side.bind_integer(1, row).run();
}

void MultisetComparison::write_rebuilt_lineage() {
  SqliteQuery kept = query("SELECT kept_#.*, pair_#.a, pair_#.nulls_filled FROM pair_# JOIN kept_# USING (n)");
  const int address = first_kept_value + static_cast<int>(before_.columns.size());
  while (kept.step()) {
    const bool has_mask = !kept.is_null(kept_mask) || kept.integer(address + 1) != 0;
    if (has_mask) task_.lineage->put(kept.blob(address), entry_of_nulls(task_, kept));
  }
  SqliteQuery rest = query("SELECT a FROM rest_#");
  while (rest.step()) task_.lineage->put(rest.blob(0), {RowLineage::Entry::Kind::put_in, ""});
}

void MultisetComparison::count_erased() {
  add_updated();
  subtract_still_held();
  for (std::int64_t& erased : result_.erased) erased = std::max<std::int64_t>(0, erased);
}

// What the rows without a partner held, as many as are lost aside, and those that died first.
void MultisetComparison::add_updated() {
  const std::string died = task_.table.has_journal ? "(kept_#.a IN (SELECT a FROM dead_#))" : "(0 = 1)";
  SqliteQuery kept = query("SELECT kept_#.* FROM side_# JOIN kept_# USING (n) ORDER BY " + died + " DESC");
  for (std::int64_t row = 0; kept.step(); ++row) {
    if (row < result_.lost) continue;
    for (const std::size_t i : common_) {
      sqlite3_value* value = kept.value(first_kept_value + static_cast<int>(i));
      result_.erased[i] += cell_counts(before_.columns[i], value, kept.text(kept_mask));
    }
  }
}

void MultisetComparison::subtract_still_held() {
  SqliteQuery kept = query("SELECT * FROM kept_# WHERE a = ?1");
  SqliteQuery rest = query("SELECT * FROM rest_#");
  while (rest.step()) {
    const auto origin = journal_ ? journal_->origin(rest.blob(1)) : RowJournal::Origin{Kind::untouched, rest.blob(1)};
    if (origin.kind == Kind::new_row || !kept.bind_blob(1, origin.address).step()) continue;
    for (const std::size_t i : common_) {
      sqlite3_value* value = kept.value(first_kept_value + static_cast<int>(i));
      if (rest.is_null(2 + static_cast<int>(i))) continue;
      result_.erased[i] -= cell_counts(before_.columns[i], value, kept.text(kept_mask));
    }
    kept.reset();
  }
}

// The rowid tells which row is which, where it was not put in anew.
void MultisetComparison::follow_addresses() {
  const auto stands_in = [](const ColumnFate& fate) { return fate.stand_in; };
  if (!task_.lineage && std::none_of(task_.fates.begin(), task_.fates.end(), stands_in)) return;
  SqliteQuery kept = query("SELECT * FROM kept_# WHERE a = ?1");
  RowsAfter after(task_);
  while (after.step()) {
    const std::string at = after.address();
    const auto origin = journal_ ? journal_->origin(at) : RowJournal::Origin{Kind::untouched, at};
    if (origin.kind == Kind::new_row) {
      if (task_.lineage) task_.lineage->put(at, entry_of_new_row(at));
      continue;
    }
    const bool found = kept.bind_blob(1, origin.address).step();
    if (found) compare_stand_ins(kept, after);
    if (task_.lineage) {
      task_.lineage->put(at, found ? entry_of_match(task_, kept, after) : lineage_.find(origin.address));
    }
    kept.reset();
  }
}

RowLineage::Entry MultisetComparison::entry_of_new_row(const std::string& at) {
  SqliteQuery pair = query("SELECT kept_#.* FROM pair_# JOIN kept_# USING (n) WHERE pair_#.a = ?1");
  if (!pair.bind_blob(1, at).step()) return {RowLineage::Entry::Kind::put_in, ""};
  return pair.is_null(kept_mask) ? RowLineage::Entry{} : entry_of_nulls(task_, pair);
}

void MultisetComparison::compare_stand_ins(const SqliteQuery& kept, const RowsAfter& after) {
  for (std::size_t i = 0; i < before_.columns.size(); ++i) {
    if (!task_.fates[i].stand_in) continue;
    sqlite3_value* was = kept.value(first_kept_value + static_cast<int>(i));
    if (!cell_counts(before_.columns[i], was, kept.text(kept_mask))) continue;
    result_.held_by_stand_in[i] += back_.is_back(i, was, after.value(i));
  }
}

}  // namespace

Comparison compare_as_multiset(const ComparisonTask& task) { return MultisetComparison(task).run(); }

}  // namespace drydock
