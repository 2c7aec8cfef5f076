#include "runner/database/sqlite_session.h"

#include <algorithm>
#include <array>
#include <utility>

#include "runner/database/interruption.h"
#include "runner/sql/mentions.h"

namespace drydock {

namespace {

// Those of the connection. What a pragma stores in the file (user_version, auto_vacuum, the WAL ...) is the migration's
// work, and stays.
constexpr std::array pragmas_of_a_connection = {
    "analysis_limit",
    "automatic_index",
    "cache_size",
    "cache_spill",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "journal_size_limit",
    "legacy_alter_table",
    "locking_mode",
    "max_page_count",
    "mmap_size",
    "query_only",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "secure_delete",
    "short_column_names",
    "synchronous",
    "temp_store",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
};

}  // namespace

void SqliteSession::note(std::string_view statement) {
  says_temp_ = says_temp_ || mentions_word_from(statement, "temp");  // TEMP, TEMPORARY, or the schema temp
  if (!mentions_word_from(statement, "pragma")) return;
  if (pragmas_.empty()) note_pragmas();
  says_pragma_ = true;
}

void SqliteSession::note_pragmas() {
  for (std::string name : pragmas_of_a_connection) {
    Rows rows = connection_.query("PRAGMA " + name);
    if (!rows.empty()) pragmas_.emplace_back(name, rows.text(0, 0));
  }
}

void SqliteSession::reset(bool foreign_keys) {
  detach_databases();
  if (pragmas_.empty()) {
    note_pragmas();
    keep_journal();
  }
  if (std::exchange(says_pragma_, false)) {
    keep_journal();
    connection_.execute("PRAGMA query_only = 0");
    for (const auto& [name, value] : pragmas_) connection_.execute("PRAGMA " + name + " = " + value);
    // This one cannot be read.
    connection_.execute("PRAGMA case_sensitive_like = 0");
  }
  if (std::exchange(says_temp_, false)) drop_temporary_objects();
  connection_.execute(foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
}

// A rollback journal is made and removed with each transaction. One that stays, and is emptied instead, is as safe, and
// saves a small migration a twentieth of its time. Which it is, is the connection's affair, not the file's; so are the
// modes in which a crash would leave a broken file, which a migration may have chosen for itself alone.
void SqliteSession::keep_journal() {
  const Rows mode = connection_.query("PRAGMA main.journal_mode");
  if (mode.empty() || mode.text(0, 0) == "wal") return;
  connection_.execute("PRAGMA main.journal_mode = truncate");
  journal_kept_ = true;
}

// Best effort: what stays where another process is at work is an empty file, which SQLite takes for none.
void SqliteSession::remove_journal() try {
  if (!journal_kept_ || connection_.in_transaction()) return;
  const CleanUpShelter shelter;
  connection_.wait_for_locks(std::chrono::milliseconds(0));
  const Rows mode = connection_.query("PRAGMA main.journal_mode");
  if (!mode.empty() && mode.text(0, 0) != "wal") connection_.execute("PRAGMA main.journal_mode = delete");
} catch (const DatabaseError&) {
  return;
}

void SqliteSession::drop_temporary_objects() {
  // A trigger may hang on a table of the file's; indexes go with their tables.
  Rows objects = connection_.query(
      "SELECT type, name FROM sqlite_temp_schema WHERE type IN ('trigger', 'view', 'table') AND name NOT LIKE "
      "'sqlite\\_%' "
      "ESCAPE '\\' ORDER BY CASE type WHEN 'trigger' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, name");
  for (std::size_t row = 0; row < objects.rows.size(); ++row) {
    connection_.execute("DROP " + objects.text(row, 0) + " IF EXISTS temp." + quoted(objects.text(row, 1)));
  }
}

void SqliteSession::detach_databases() {
  constexpr int first_attached = 2;  // behind main and temp
  std::vector<std::string> names;
  for (int i = first_attached; const char* name = sqlite3_db_name(connection_.handle(), i); ++i)
    names.emplace_back(name);
  for (const std::string& name : names) connection_.execute("DETACH " + quoted(name));
}

}  // namespace drydock
