// What the preupdate hook tells of single rows. It runs in the middle of a statement: nothing may be asked of the
// migrated database here, and nothing may be thrown through SQLite.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include <sqlite3.h>

#include <cstring>

#include "rehearsal/observe/sqlite_loss_watcher.h"
#include "rehearsal/observe/sqlite_values.h"

namespace drydock {

void SqliteLossWatcher::changed(void* self, sqlite3*, int operation, const char* database, const char* table,
                                std::int64_t old_rowid, std::int64_t new_rowid) noexcept {
  auto* watcher = static_cast<SqliteLossWatcher*>(self);
  if (!watcher->in_part_ || !watcher->counts_ || std::strcmp(database, "main") != 0) return;
  try {
    watcher->note_change(operation, table, old_rowid, new_rowid);
  } catch (...) {
    watcher->hook_failed_ = true;
  }
}

void SqliteLossWatcher::note_change(int operation, const char* name, std::int64_t old_rowid, std::int64_t new_rowid) {
  FollowedTable* table = hooked_table(name);
  if (!table) {
    const std::string folded = folded_name(name);
    if (!has_prefix(folded, "sqlite_") && !has_prefix(folded, "drydock_")) unknown_.insert(name);
    return;
  }
  if (table->made) return;
  if (!recorder_.recording()) table->escaped = "it was written to by something other than the migration's statements";
  const std::string from = operation == SQLITE_INSERT ? "" : address_in_hook(*table, false, operation, old_rowid);
  const std::string to = operation == SQLITE_DELETE ? "" : address_in_hook(*table, true, operation, new_rowid);
  note_change(operation, *table, from, to);
}

void SqliteLossWatcher::note_change(int operation, FollowedTable& table, const std::string& from,
                                    const std::string& to) {
  if (operation != SQLITE_INSERT && !table.kept && table.escaped.empty()) {
    table.escaped = "a statement deleted or updated its rows unannounced";
  }
  if (operation == SQLITE_INSERT) {
    ++table.net;
    journal(table).inserted(to);
  } else if (operation == SQLITE_DELETE) {
    --table.net;
    if (table.explicit_delete) table.least_net = std::min(table.least_net, table.net);
    if (!table.delete_line) table.delete_line = line_;
    journal(table).deleted(from);
  } else {
    if (!table.update_line) table.update_line = line_;
    if (from != to) journal(table).moved(from, to);
  }
}

// The same table many times in a row is the usual case.
FollowedTable* SqliteLossWatcher::hooked_table(const char* name) {
  if (hooked_ && hooked_name_ == name) return hooked_;
  FollowedTable* table = tables_.find(name);
  if (!table || (!table->made && table->part != part_)) return nullptr;
  hooked_ = table;
  hooked_name_ = name;
  return table;
}

// The new row of an UPDATE is numbered as it is stored, without VIRTUAL columns; all else as declared.
std::string SqliteLossWatcher::address_in_hook(const FollowedTable& table, bool of_new_row, int operation,
                                               std::int64_t rowid) const {
  if (!table.now.without_rowid) return encoded_rowid(rowid);
  std::string out;
  for (const std::size_t i : table.now.key()) {
    int index = 0;
    for (std::size_t j = 0; j < i; ++j) {
      index += table.now.columns[j].stored || !of_new_row || operation != SQLITE_UPDATE;
    }
    sqlite3_value* value = nullptr;
    const int code =
        of_new_row ? sqlite3_preupdate_new(handle_, index, &value) : sqlite3_preupdate_old(handle_, index, &value);
    if (code != SQLITE_OK || !value) throw SqliteQueryError("the hook gives no key");
    append_encoded(out, value);
  }
  return out;
}

RowJournal& SqliteLossWatcher::journal(FollowedTable& table) {
  table.has_journal = true;
  const auto known = journals_.find(table.id);
  if (known != journals_.end()) return known->second;
  return journals_.try_emplace(table.id, scratch(), table.id).first->second;
}

}  // namespace drydock
