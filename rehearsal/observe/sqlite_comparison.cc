#include "rehearsal/observe/sqlite_comparison.h"

#include <algorithm>
#include <unordered_map>

namespace drydock {
namespace {

std::string select_after(const ComparisonTask& task, const RowAddress& address) {
  std::string sql = "SELECT " + address.select_list();
  for (const ColumnFate& fate : task.fates) {
    sql += ", ";
    sql += fate.after < 0 ? "NULL" : quoted_name(task.after.columns[static_cast<std::size_t>(fate.after)].name);
  }
  return sql + " FROM main." + quoted_name(task.after.name);
}

// One pass over the rows of now; each finds the kept row of its key.
class KeyComparison {
 public:
  explicit KeyComparison(const ComparisonTask& task)
      : task_(task),
        before_(task.table.before),
        key_(before_.key()),
        after_(task),
        back_(task),
        kept_(task.scratch.query("SELECT * FROM kept_" + std::to_string(task.table.id) + " WHERE k = ?1")),
        lineage_(task.scratch, task.table),
        matched_(static_cast<std::size_t>(task.table.held_rows) + 1),
        put_in_again_(matched_.size()) {
    const std::size_t columns = before_.columns.size();
    result_.erased.resize(columns);
    result_.changed.resize(columns);
    result_.held_by_stand_in.resize(columns);
    if (task.table.has_journal && !task.rebuilt) journal_.emplace(task.scratch, task.table.id);
  }

  Comparison run() {
    while (after_.step()) compare_one();
    compare_moved();
    result_.lost = task_.table.held_rows - result_.matched;
    if (!task_.rebuilt && before_.kind != SqliteStructure::Kind::virtual_table) {
      result_.lost = std::min(result_.lost, count_dead(task_, put_in_again_));
    }
    return result_;
  }

 private:
  void compare_one() {
    const std::string at = after_.address();
    const bool found = find(key_of(at, Cast::no)) || (retyped_key() && find(key_of(at, Cast::yes)));
    const auto origin = journal_ ? journal_->origin(at) : RowJournal::Origin{RowJournal::Origin::Kind::untouched, at};
    if (found) match(at, origin.kind == RowJournal::Origin::Kind::new_row);
    if (!found && is_followed(origin)) note_moved(origin.address);
    if (!found && task_.lineage) task_.lineage->put(at, entry_of_unmatched(origin));
    kept_.reset();
  }

  enum class Cast { no, yes };
  std::string key_of(const std::string& at, Cast cast) {
    if (key_.empty()) return at;  // a virtual table's rowid
    std::string key;
    for (const std::size_t i : key_) {
      sqlite3_value* value = after_.value(i);
      append_encoded(key, cast == Cast::yes ? back_.as_before(i, value) : value,
                     sqlite_collation(before_.columns[i].collation));
    }
    return key;
  }

  bool retyped_key() const {
    return std::any_of(key_.begin(), key_.end(), [&](std::size_t i) { return task_.fates[i].retyped; });
  }

  // Leaves kept_ on the row that it found.
  bool find(const std::string& key) {
    kept_.reset();
    kept_.bind_blob(1, key);
    while (kept_.step()) {
      if (!matched_[row()] && (!task_.was_empty || same_row())) return true;
    }
    return false;
  }

  std::size_t row() const { return static_cast<std::size_t>(kept_.integer(kept_number)); }
  sqlite3_value* kept(std::size_t column) const { return kept_.value(first_kept_value + static_cast<int>(column)); }

  bool same_row() {
    bool held = false;
    for (std::size_t i = 0; i < before_.columns.size(); ++i) {
      const ColumnFate& fate = task_.fates[i];
      const SqliteColumn& column = before_.columns[i];
      if (fate.after < 0 || fate.stand_in || column.generated || column.key_position || is_null(kept(i))) continue;
      if (back_.is_back(i, kept(i), after_.value(i))) return true;
      held = true;
    }
    return !held;
  }

  void match(const std::string& at, bool put_in) {
    matched_[row()] = true;
    put_in_again_[row()] = put_in;
    ++result_.matched;
    const std::string mask = kept_.text(kept_mask);
    for (std::size_t i = 0; i < before_.columns.size(); ++i) {
      const ColumnFate& fate = task_.fates[i];
      if (fate.after < 0 || before_.columns[i].generated) continue;
      if (cell_counts(before_.columns[i], kept(i), mask)) compare_cell(i, fate);
    }
    // The old row may live on under another key, and this one is the part's own.
    const bool own = put_in && !journal_->is_dead(kept_.blob(kept_address));
    if (task_.lineage)
      task_.lineage->put(
          at, own ? RowLineage::Entry{RowLineage::Entry::Kind::put_in, ""} : entry_of_match(task_, kept_, after_));
  }

  void compare_cell(std::size_t i, const ColumnFate& fate) {
    if (fate.stand_in) {
      result_.held_by_stand_in[i] += back_.is_back(i, kept(i), after_.value(i));
    } else if (fate.retyped) {
      result_.changed[i] += !back_.is_back(i, kept(i), after_.value(i));
    } else {
      result_.erased[i] += is_null(after_.value(i));
    }
  }

  // A row whose key was changed is still there, with the values that it still has.
  void note_moved(const std::string& address) {
    std::string nulls(before_.columns.size(), '0');
    for (std::size_t i = 0; i < nulls.size(); ++i) {
      const ColumnFate& fate = task_.fates[i];
      if (fate.after >= 0 && !fate.stand_in && !before_.columns[i].generated && is_null(after_.value(i)))
        nulls[i] = '1';
    }
    if (nulls.find('1') != std::string::npos) moved_[address] = std::move(nulls);
  }

  void compare_moved() {
    if (moved_.empty()) return;
    SqliteQuery rows = task_.scratch.query("SELECT * FROM kept_" + std::to_string(task_.table.id));
    while (rows.step()) {
      const auto moved = moved_.find(rows.blob(kept_address));
      if (moved == moved_.end() || matched_[static_cast<std::size_t>(rows.integer(kept_number))]) continue;
      const std::string mask = rows.text(kept_mask);
      for (std::size_t i = 0; i < before_.columns.size(); ++i) {
        if (moved->second[i] == '0') continue;
        if (!cell_counts(before_.columns[i], rows.value(first_kept_value + static_cast<int>(i)), mask)) continue;
        ++(task_.fates[i].retyped ? result_.changed : result_.erased)[i];
      }
    }
  }

  // A row whose key was changed carries on what it was. Anything else is the plan's own in a rebuilt table, and in a
  // virtual one, of which there is no journal.
  RowLineage::Entry entry_of_unmatched(const RowJournal::Origin& origin) {
    if (!is_followed(origin)) return {RowLineage::Entry::Kind::put_in, ""};
    return lineage_.find(origin.address);
  }

  bool is_followed(const RowJournal::Origin& origin) const {
    return !task_.rebuilt && before_.kind != SqliteStructure::Kind::virtual_table &&
           origin.kind != RowJournal::Origin::Kind::new_row;
  }

  const ComparisonTask& task_;
  const SqliteStructure& before_;
  std::vector<std::size_t> key_;
  RowsAfter after_;
  ValuesBack back_;
  SqliteQuery kept_;
  RowLineage lineage_;
  std::optional<RowJournal> journal_;
  std::vector<bool> matched_, put_in_again_;
  std::unordered_map<std::string, std::string> moved_;  // by its address before: '1' for each column that is NULL now
  Comparison result_;
};

}  // namespace

Comparison compare_by_key(const ComparisonTask& task) { return KeyComparison(task).run(); }

RowsAfter::RowsAfter(const ComparisonTask& task)
    : address_(task.after), rows_(task.handle, select_after(task, address_)) {}

ValuesBack::ValuesBack(const ComparisonTask& task) : casts_(task.fates.size()) {
  for (std::size_t i = 0; i < casts_.size(); ++i) {
    if (task.fates[i].retyped) casts_[i].emplace(task.scratch.handle(), task.table.before.columns[i].type);
  }
}

bool ValuesBack::is_back(std::size_t column, sqlite3_value* before, sqlite3_value* now) {
  return same_value(before, now) || (casts_[column] && same_value(before, (*casts_[column])(now)));
}

sqlite3_value* ValuesBack::as_before(std::size_t column, sqlite3_value* now) {
  return casts_[column] ? (*casts_[column])(now) : now;
}

// A column that was there before the plan, and has taken another's place, holds what that one held: its cell counts
// where either was not NULL.
std::string with_stand_ins(const ComparisonTask& task, const SqliteQuery& kept, std::string mask) {
  for (std::size_t i = 0; i < task.fates.size(); ++i) {
    const ColumnFate& fate = task.fates[i];
    if (!fate.stand_in || fate.after < 0) continue;
    const SqliteColumn& taker = task.after.columns[static_cast<std::size_t>(fate.after)];
    const auto id = static_cast<std::size_t>(taker.id);
    if (!taker.counts || taker.id < 0 || id >= mask.size()) continue;
    const bool counted =
        cell_counts(task.table.before.columns[i], kept.value(first_kept_value + static_cast<int>(i)), mask);
    if (counted) mask[id] = '0';
  }
  return mask;
}

RowLineage::Entry entry_of_match(const ComparisonTask& task, const SqliteQuery& kept, const RowsAfter& after) {
  if (!kept.is_null(kept_mask))
    return {RowLineage::Entry::Kind::filled, with_stand_ins(task, kept, kept.text(kept_mask))};
  for (std::size_t i = 0; i < task.fates.size(); ++i) {
    if (!task.table.before.columns[i].counts || task.fates[i].after < 0) continue;
    const bool was_null = kept.is_null(first_kept_value + static_cast<int>(i));
    if (was_null != is_null(after.value(i))) return entry_of_nulls(task, kept);
  }
  return {};
}

RowLineage::Entry entry_of_nulls(const ComparisonTask& task, const SqliteQuery& kept) {
  if (!kept.is_null(kept_mask))
    return {RowLineage::Entry::Kind::filled, with_stand_ins(task, kept, kept.text(kept_mask))};
  std::string mask(static_cast<std::size_t>(task.table.next_column_id), '0');
  for (std::size_t i = 0; i < task.fates.size(); ++i) {
    const auto id = static_cast<std::size_t>(task.table.before.columns[i].id);
    if (kept.is_null(first_kept_value + static_cast<int>(i))) mask[id] = '1';
  }
  return {RowLineage::Entry::Kind::filled, with_stand_ins(task, kept, std::move(mask))};
}

std::int64_t count_dead(const ComparisonTask& task, const std::vector<bool>& put_in_again) {
  if (task.table.most_that_went) return *task.table.most_that_went;
  if (!task.table.has_journal) return 0;
  const std::string id = std::to_string(task.table.id);
  SqliteQuery dead = task.scratch.query("SELECT n FROM kept_" + id + " WHERE a IN (SELECT a FROM dead_" + id + ")");
  std::int64_t count = 0;
  while (dead.step()) {
    const auto row = static_cast<std::size_t>(dead.integer(0));
    count += row >= put_in_again.size() || !put_in_again[row];
  }
  return count;
}

}  // namespace drydock
