#include "rehearsal/observe/sqlite_scratch.h"

#include <sqlite3.h>

#include "rehearsal/observe/sqlite_values.h"

namespace drydock {
namespace {

// The tables of the journal are made where they are missing: a savepoint that was rolled back may have taken them away.
std::string with_table(const SqliteScratch& scratch, const std::string& create, std::string sql) {
  scratch.execute(create);
  return sql;
}

std::string journal(int table) { return "journal_" + std::to_string(table); }
std::string dead(int table) { return "dead_" + std::to_string(table); }

}  // namespace

SqliteScratch::SqliteScratch() {
  constexpr int by_one_thread = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2("", &handle_, by_one_thread, nullptr) != SQLITE_OK) {
    sqlite3_close(handle_);
    throw SqliteQueryError("SQLite could not make a temporary database to keep rows in");
  }
  execute("PRAGMA cache_size = -65536");
}

SqliteScratch::~SqliteScratch() { sqlite3_close_v2(handle_); }

void SqliteScratch::try_execute(const char* sql) const noexcept {
  sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
}

RowJournal::RowJournal(const SqliteScratch& scratch, int table)
    : put_(scratch.query(with_table(
          scratch, "CREATE TABLE IF NOT EXISTS " + journal(table) + "(a BLOB PRIMARY KEY, origin BLOB) WITHOUT ROWID",
          "REPLACE INTO " + journal(table) + " VALUES (?1, ?2)"))),
      find_(scratch.query("SELECT origin FROM " + journal(table) + " WHERE a = ?1")),
      erase_(scratch.query("DELETE FROM " + journal(table) + " WHERE a = ?1")),
      die_(scratch.query(with_table(scratch,
                                    "CREATE TABLE IF NOT EXISTS " + dead(table) + "(a BLOB PRIMARY KEY) WITHOUT ROWID",
                                    "INSERT OR IGNORE INTO " + dead(table) + " VALUES (?1)"))),
      find_dead_(scratch.query("SELECT 1 FROM " + dead(table) + " WHERE a = ?1")) {}

void RowJournal::inserted(const std::string& address) { put_.bind_blob(1, address).bind_null(2).run(); }

void RowJournal::deleted(const std::string& address) {
  const Origin was = origin(address);
  if (was.kind != Origin::Kind::untouched) erase_.bind_blob(1, address).run();
  if (was.kind != Origin::Kind::new_row) die_.bind_blob(1, was.address).run();
}

void RowJournal::moved(const std::string& from, const std::string& to) {
  const Origin was = origin(from);
  if (was.kind != Origin::Kind::untouched) erase_.bind_blob(1, from).run();
  if (was.kind == Origin::Kind::new_row) {
    inserted(to);
  } else {
    put_.bind_blob(1, to).bind_blob(2, was.address).run();
  }
}

RowJournal::Origin RowJournal::origin(const std::string& address) {
  Origin out{Origin::Kind::untouched, address};
  if (find_.bind_blob(1, address).step()) {
    out.kind = find_.is_null(0) ? Origin::Kind::new_row : Origin::Kind::moved;
    out.address = find_.blob(0);
  }
  find_.reset();
  return out;
}

bool RowJournal::is_dead(const std::string& address) {
  const bool found = find_dead_.bind_blob(1, address).step();
  find_dead_.reset();
  return found;
}

RowAddress::RowAddress(const SqliteStructure& table) : by_key_(table.without_rowid) {
  if (!by_key_) {
    if (table.rowid.empty()) throw SqliteQueryError("its columns hide every name of the rowid");
    select_list_ = table.rowid;
    width_ = 1;
    return;
  }
  for (const std::size_t i : table.key()) {
    select_list_ += (width_++ ? ", " : "") + quoted_name(table.columns[i].name);
  }
}

std::string RowAddress::read(const SqliteQuery& row) const {
  if (!by_key_) return encoded_rowid(row.integer(0));
  std::string out;
  for (int i = 0; i < width_; ++i) append_encoded(out, row.value(i));
  return out;
}

void make_lineage_table(const SqliteScratch& scratch, const std::string& table) {
  scratch.execute("CREATE TABLE IF NOT EXISTS line_" + table + "(a BLOB PRIMARY KEY, mask TEXT) WITHOUT ROWID");
}

RowLineage::RowLineage(const SqliteScratch& scratch, const FollowedTable& table) {
  if (table.has_lineage) {
    find_.emplace(scratch.query("SELECT mask FROM line_" + std::to_string(table.id) + " WHERE a = ?1"));
  }
}

RowLineage::Entry RowLineage::find(const std::string& address) {
  Entry out;
  if (!find_) return out;
  if (find_->bind_blob(1, address).step()) {
    out.kind = find_->is_null(0) ? Entry::Kind::put_in : Entry::Kind::filled;
    out.mask = find_->text(0);
  }
  find_->reset();
  return out;
}

NextRowLineage::NextRowLineage(const SqliteScratch& scratch, int table)
    : scratch_(scratch), table_(std::to_string(table)) {
  scratch_.execute("DROP TABLE IF EXISTS next_" + table_);
  scratch_.execute("CREATE TABLE next_" + table_ + "(a BLOB PRIMARY KEY, mask TEXT) WITHOUT ROWID");
  put_.emplace(scratch_.query("REPLACE INTO next_" + table_ + " VALUES (?1, ?2)"));
}

void NextRowLineage::put(const std::string& address, const RowLineage::Entry& entry) {
  if (entry.kind == RowLineage::Entry::Kind::carried_on) return;
  put_->bind_blob(1, address);
  if (entry.kind == RowLineage::Entry::Kind::put_in) {
    put_->bind_null(2).run();
  } else {
    put_->bind_text(2, entry.mask).run();
  }
  any_ = true;
}

bool NextRowLineage::finish() {
  put_.reset();
  // Not by renaming it: SQLite would read the whole schema anew, for each of the tables that a migration has touched.
  make_lineage_table(scratch_, table_);
  scratch_.execute("DELETE FROM line_" + table_);
  scratch_.execute("INSERT INTO line_" + table_ + " SELECT a, mask FROM next_" + table_);
  scratch_.execute("DROP TABLE next_" + table_);
  return any_;
}

}  // namespace drydock
