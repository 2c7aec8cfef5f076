// The database of its own in which the loss watcher keeps rows: a nameless file that SQLite deletes, on a second
// connection. Temporary tables of the migrated connection would do less well: they take part in the migration's
// savepoints, the migration could see them, and every kept row would be a write inside its transaction.
//
// It holds, per followed table (ID is FollowedTable::id) and as far as there is something to say:
//   kept_ID     the rows that count, as they were when the part began
//   journal_ID  the addresses at which the part put a row in, or moved one to, and where that one came from
//   dead_ID     the addresses, as when the part began, of rows that were deleted
//   line_ID     on a shadow: the addresses of rows that the plan put in (mask NULL) or whose NULLs it filled (mask)
//
// An address is the rowid, or the encoded primary key of a table WITHOUT ROWID. A mask has a character per column id:
// '1' where the cell was NULL before the plan.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "rehearsal/observe/sqlite_followed_table.h"
#include "rehearsal/observe/sqlite_query.h"

namespace drydock {

class SqliteScratch {
 public:
  SqliteScratch();
  ~SqliteScratch();
  SqliteScratch(const SqliteScratch&) = delete;
  SqliteScratch& operator=(const SqliteScratch&) = delete;

  sqlite3* handle() const { return handle_; }
  SqliteQuery query(std::string_view sql) const { return {handle_, sql}; }
  void execute(std::string_view sql) const { query(sql).run(); }
  // Never throws: for ends of transactions that may have ended already.
  void try_execute(const char* sql) const noexcept;

 private:
  sqlite3* handle_ = nullptr;
};

// What a part did to the rows of one table, by address. Fed by the preupdate hook; one lookup and one write an event.
// A row that comes back to its old address by DELETE and INSERT is dead and new: who compares decides.
class RowJournal {
 public:
  RowJournal(const SqliteScratch& scratch, int table);

  void inserted(const std::string& address);
  void deleted(const std::string& address);
  void moved(const std::string& from, const std::string& to);

  struct Origin {
    enum class Kind { untouched, new_row, moved } kind = Kind::untouched;
    std::string address;  // as when the part began; not for a new row
  };
  Origin origin(const std::string& address);
  // Of an address as when the part began.
  bool is_dead(const std::string& address);

 private:
  SqliteQuery put_, find_, erase_, die_, find_dead_;
};

// Where a row of a table is found again: what to select, and how to read it.
class RowAddress {
 public:
  // Throws SqliteQueryError for a table whose rowid cannot be read.
  explicit RowAddress(const SqliteStructure& table);
  const std::string& select_list() const { return select_list_; }
  int width() const { return width_; }
  std::string read(const SqliteQuery& row) const;  // its columns come first

 private:
  std::string select_list_;
  int width_ = 0;
  bool by_key_ = false;
};

// Makes line_ID where it is missing.
void make_lineage_table(const SqliteScratch& scratch, const std::string& table);

// What line_ID says of a row.
class RowLineage {
 public:
  RowLineage(const SqliteScratch& scratch, const FollowedTable& table);
  struct Entry {
    enum class Kind { carried_on, filled, put_in } kind = Kind::carried_on;
    std::string mask;
  };
  Entry find(const std::string& address);

 private:
  std::optional<SqliteQuery> find_;
};

// Writes line_ID anew, beside the one that is read meanwhile.
class NextRowLineage {
 public:
  NextRowLineage(const SqliteScratch& scratch, int table);
  void put(const std::string& address, const RowLineage::Entry& entry);
  // Takes the place of the old one; whether it says anything.
  bool finish();

 private:
  const SqliteScratch& scratch_;
  std::string table_;
  bool any_ = false;
  std::optional<SqliteQuery> put_;
};

}  // namespace drydock
