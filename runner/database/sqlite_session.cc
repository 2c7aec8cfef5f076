#include "runner/database/sqlite_session.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <iterator>
#include <utility>

namespace drydock {

namespace {

// Those of the connection. What a pragma stores in the file (user_version, journal_mode, auto_vacuum ...) is the
// migration's work, and stays.
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

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Whether a word of the text begins so. REQUIRES: the beginning is in lower case.
bool says(std::string_view text, std::string_view beginning) {
  const auto same = [](char in_text, char in_word) {
    return std::tolower(static_cast<unsigned char>(in_text)) == in_word;
  };
  for (auto from = text.begin(); from != text.end(); ++from) {
    from = std::search(from, text.end(), beginning.begin(), beginning.end(), same);
    if (from == text.end()) return false;
    if (from == text.begin() || !is_of_a_word(*std::prev(from))) return true;
  }
  return false;
}

}  // namespace

void SqliteSession::note(std::string_view statement) {
  says_temp_ = says_temp_ || says(statement, "temp");  // TEMP, TEMPORARY, or the schema temp
  if (!says(statement, "pragma")) return;
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
  if (pragmas_.empty()) note_pragmas();
  if (std::exchange(says_pragma_, false)) {
    connection_.execute("PRAGMA query_only = 0");
    for (const auto& [name, value] : pragmas_) connection_.execute("PRAGMA " + name + " = " + value);
    // This one cannot be read.
    connection_.execute("PRAGMA case_sensitive_like = 0");
  }
  if (std::exchange(says_temp_, false)) drop_temporary_objects();
  connection_.execute(foreign_keys ? "PRAGMA foreign_keys = ON" : "PRAGMA foreign_keys = OFF");
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
