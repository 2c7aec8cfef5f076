#include "rehearsal/observe/sqlite_table_losses.h"

#include <algorithm>

#include "rehearsal/observe/sqlite_comparison.h"

namespace drydock {
namespace {

class TableJudgement {
 public:
  TableJudgement(const SqliteScratch& scratch, sqlite3* handle, FollowedTables& tables, FollowedTable& table,
                 LossScope scope)
      : scratch_(scratch), handle_(handle), tables_(tables), table_(table), scope_(scope) {}

  std::vector<Loss> run() {
    if (table_.gone) {
      after_ = read_structure(handle_, table_.before.name);
      if (after_ && after_->kind == SqliteStructure::Kind::view) after_.reset();
    } else {
      after_ = table_.now;
    }
    if (!table_.escaped.empty()) {
      undetermined(table_.escaped);
    } else {
      judge();
    }
    return std::move(losses_);
  }

  void undetermined(const std::string& why) {
    losses_.clear();
    add(row_loss(), {table_.before.name}, table_.held_rows, table_line());
    // A consent to the rows says nothing of what may have become of the values in those that are left.
    for (const SqliteColumn& column : table_.before.columns)
      if (after_ && !column.generated && column.counts && !column.key_position) add_undetermined(column);
    for (Loss& loss : losses_) loss.undetermined = why;
  }

 private:
  void add_undetermined(const SqliteColumn& column) {
    const auto& now = after_->columns;
    const auto same = [&](const SqliteColumn& each) { return folded_name(each.name) == folded_name(column.name); };
    const bool is_there = std::any_of(now.begin(), now.end(), same);
    add(is_there ? LossKind::values_erased : LossKind::column_dropped, {table_.before.name, column.name},
        table_.held_rows, change_line());
  }

  void judge() {
    if (!table_.kept) return remember_inserts();
    if (!after_) {
      if (table_.held_rows) add(LossKind::table_dropped, {table_.before.name}, table_.held_rows, table_.drop_line);
      return;
    }
    // Everything in it is the plan's own by now.
    if (!table_.held_rows) {
      table_.made = true;
      return;
    }
    find_fates();
    compare();
  }

  void compare() {
    ComparisonTask task{handle_, scratch_, table_, *after_, fates_};
    task.rebuilt = table_.gone;
    task.was_empty = table_.gone || was_emptied();
    FollowedTable* heir = scope_ == LossScope::part ? nullptr : heir_of_lineage();
    std::optional<NextRowLineage> lineage;
    if (heir) task.lineage = &lineage.emplace(scratch_, heir->id);
    const Comparison result = has_key() ? compare_by_key(task) : compare_as_multiset(task);
    if (result.lost) add(row_loss(), {table_.before.name}, result.lost, table_line());
    for (std::size_t i = 0; i < fates_.size(); ++i) judge_column(i, result);
    if (heir) hand_on(*heir, *lineage, result);
  }

  // A virtual table has no primary key; its rowid serves as long as it is the same table.
  bool has_key() const {
    if (table_.before.kind == SqliteStructure::Kind::virtual_table) return !table_.gone;
    const std::vector<std::size_t> key = table_.before.key();
    for (const std::size_t i : key) {
      if (fates_[i].after < 0 || fates_[i].stand_in) return false;
    }
    return !key.empty();
  }

  // How many rows there were follows from how many there are: no count was needed when the part began.
  bool was_emptied() const {
    if (table_.emptied || table_.least_net == 0) return table_.emptied;
    SqliteQuery count(handle_, "SELECT count(*) FROM main." + quoted_name(table_.now.name));
    count.step();
    return count.integer(0) - table_.net + table_.least_net == 0;
  }

  void find_fates() {
    for (const SqliteColumn& column : table_.before.columns) {
      ColumnFate fate;
      if (!table_.gone) fate.after = index_by_id(column.id);
      if (fate.after < 0) {
        fate.after = index_by_name(column.name);
        fate.stand_in = !table_.gone && fate.after >= 0;
      }
      if (const auto stand_in = table_.stand_ins.find(column.id);
          fate.after < 0 && stand_in != table_.stand_ins.end()) {
        fate.after = stand_in->second;
        fate.stand_in = true;
      }
      if (fate.after >= 0) {
        const SqliteColumn& now = after_->columns[static_cast<std::size_t>(fate.after)];
        fate.retyped = folded_type(now.type) != folded_type(column.type) ||
                       (folded_type(column.type) == "any" && after_->strict != table_.before.strict);
      }
      fates_.push_back(fate);
    }
  }

  int index_by_id(int id) const {
    for (std::size_t i = 0; i < after_->columns.size(); ++i) {
      if (after_->columns[i].id == id) return static_cast<int>(i);
    }
    return -1;
  }

  int index_by_name(const std::string& name) const {
    for (std::size_t i = 0; i < after_->columns.size(); ++i) {
      if (folded_name(after_->columns[i].name) == folded_name(name)) return static_cast<int>(i);
    }
    return -1;
  }

  void judge_column(std::size_t i, const Comparison& result) {
    const SqliteColumn& column = table_.before.columns[i];
    const auto held = table_.held_values.find(column.id);
    if (column.generated || held == table_.held_values.end()) return;
    const std::vector<std::string> object{table_.before.name, column.name};
    if (fates_[i].after < 0 || fates_[i].stand_in) {
      const auto line = table_.column_drop_line.find(column.id);
      add(LossKind::column_dropped, object, held->second - result.held_by_stand_in[i],
          line == table_.column_drop_line.end() ? table_.drop_line : line->second);
    }
    add(LossKind::values_changed, object, result.changed[i], table_.gone ? table_.drop_line : change_line());
    add(LossKind::values_erased, object, result.erased[i], table_.gone ? table_.drop_line : change_line());
  }

  void add(LossKind kind, std::vector<std::string> object, std::int64_t rows, int line) {
    if (rows > 0 || !table_.escaped.empty()) losses_.push_back({kind, {std::move(object)}, rows, line, ""});
  }

  LossKind row_loss() const {
    if (!table_.gone) return LossKind::rows_deleted;
    return after_ ? LossKind::table_recreated : LossKind::table_dropped;
  }

  int change_line() const { return table_.update_line ? table_.update_line : table_.delete_line; }
  int table_line() const {
    if (table_.gone) return table_.drop_line;
    return table_.delete_line ? table_.delete_line : table_.update_line;
  }

  // ---- what the next part has to know

  void remember_inserts() {
    if (scope_ == LossScope::part || !table_.has_journal || table_.gone) return;
    const std::string id = std::to_string(table_.id);
    make_lineage_table(scratch_, id);
    scratch_.execute("REPLACE INTO line_" + id + " SELECT a, NULL FROM journal_" + id + " WHERE origin IS NULL");
    table_.has_lineage = true;
  }

  // Itself, or the table that the plan made under its name; an older table that has the name now has its own past.
  FollowedTable* heir_of_lineage() {
    if (!table_.gone) return &table_;
    FollowedTable* heir = tables_.find(table_.before.name);
    return heir && heir->made ? heir : nullptr;
  }

  void hand_on(FollowedTable& heir, NextRowLineage& lineage, const Comparison& result) {
    heir.made = result.lost == table_.held_rows;
    heir.has_lineage = lineage.finish();
    if (table_.gone) {
      heir.now = *after_;
      heir.next_column_id = table_.next_column_id;
      heir.may_replace = after_->says_replace;
      for (SqliteColumn& column : heir.now.columns) column.id = -1;
    }
    const auto hand_on_column = [&](std::size_t i) {
      SqliteColumn& column = heir.now.columns[static_cast<std::size_t>(fates_[i].after)];
      column.id = table_.before.columns[i].id;
      column.counts = table_.before.columns[i].counts;
    };
    for (std::size_t i = 0; i < fates_.size(); ++i)
      if (fates_[i].after >= 0 && !fates_[i].stand_in) hand_on_column(i);
    // One of the plan's that has taken the place of another goes on as that one. One that was there before stays what
    // it is, and its lineage says what it has taken over.
    for (std::size_t i = 0; i < fates_.size(); ++i)
      if (fates_[i].stand_in && !after_->columns[static_cast<std::size_t>(fates_[i].after)].counts) hand_on_column(i);
    for (SqliteColumn& column : heir.now.columns) {
      if (column.id >= 0) continue;
      column.id = heir.next_column_id++;
      column.counts = false;
    }
  }

  const SqliteScratch& scratch_;
  sqlite3* handle_;
  FollowedTables& tables_;
  FollowedTable& table_;
  LossScope scope_;
  std::optional<SqliteStructure> after_;
  std::vector<ColumnFate> fates_;
  std::vector<Loss> losses_;
};

}  // namespace

std::vector<Loss> losses_of_table(const SqliteScratch& scratch, sqlite3* handle, FollowedTables& tables,
                                  FollowedTable& table, LossScope scope) {
  TableJudgement judgement(scratch, handle, tables, table, scope);
  try {
    return judgement.run();
  } catch (const SqliteQueryError& error) {
    table.escaped = std::string("its rows could not be compared: ") + error.what();
    return judgement.run();
  }
}

}  // namespace drydock
