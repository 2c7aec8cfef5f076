// A table as the loss watcher follows it from statement to statement: through renames, changed columns and, from part
// to part of a plan, rebuilds under its name.
//
// A root page tells nothing (it is reused after DROP and CREATE), so that a table is what its name was at the first
// mention, carried on by what each statement did. A column is known by an id that outlives its name.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/sql/folded_name.h"

struct sqlite3;

namespace drydock {

struct SqliteColumn {
  int id = 0;
  std::string name, type, collation;
  bool generated = false;
  bool stored = true;    // false for a generated column that is VIRTUAL
  bool counts = true;    // it was there before the scope: the plan on a shadow, the part on a target
  int key_position = 0;  // in the primary key, from 1; 0: not in it
};

struct SqliteStructure {
  enum class Kind { ordinary, virtual_table, shadow, view };
  Kind kind = Kind::ordinary;
  std::string name;  // as stored
  bool without_rowid = false;
  std::vector<SqliteColumn> columns;  // hidden ones left out; ids count from 0
  // The name under which the rowid can be read; empty where there is none or columns hide all its names.
  std::string rowid;
  bool strict = false;        // ANY keeps a value as it is; elsewhere it turns what looks like a number into one
  bool says_replace = false;  // its own definition has ON CONFLICT REPLACE, or says "replace" at all

  std::vector<std::size_t> key() const;  // indexes of the primary key's columns, in its order
};

bool has_prefix(std::string_view folded, std::string_view prefix);
std::string quoted_name(std::string_view name);

// What main holds under that name; none where there is nothing.
std::optional<SqliteStructure> read_structure(sqlite3* handle, const std::string& name);
// Whether VACUUM leaves its rows under their addresses: they are its primary key.
bool keeps_its_addresses(sqlite3* handle, const SqliteStructure& table);
// Also where it cannot be told.
bool holds_a_row(sqlite3* handle, const std::string& table);

struct FollowedTable {
  int id = 0;
  SqliteStructure now;  // while it is there
  bool made = false;    // the scope made it, or it was empty before: nothing in it counts
  bool gone = false;
  bool has_lineage = false;  // scratch holds rows that the plan put in or filled
  int next_column_id = 0;

  // Of the current part, from its first mention on.
  int part = 0;
  SqliteStructure before;  // as when the part began
  bool may_replace = false;
  bool kept = false, has_journal = false, emptied = false;
  bool explicit_delete = false;  // of the current statement: it has a DELETE of this table, by itself or by a trigger
  std::string escaped;           // why what happened to it is not known; empty: it is
  std::int64_t held_rows = 0;
  std::map<int, std::int64_t> held_values;  // by column id
  std::int64_t net = 0, least_net = 0;      // inserted minus deleted, and its minimum after a DELETE
  // Where others wrote, so that there is no journal: how many rows can have gone at most.
  std::optional<std::int64_t> most_that_went;
  // By column id: the index of the column afterwards that may be it under another name; its values tell.
  std::map<int, int> stand_ins;
  int drop_line = 0, delete_line = 0, update_line = 0;
  std::map<int, int> column_drop_line;

  const SqliteColumn* column_now(int column_id) const;
  // Starts a part: it is as it is now.
  void open(int part_number);
  // Takes over the structure after an ALTER TABLE: the same number of columns are the same columns, the new last one is
  // new, and the first name that is missing is the dropped one.
  void altered(SqliteStructure after, int line);
};

// The tables that have been followed so far: a value, so that a savepoint is a copy.
struct FollowedTables {
  std::map<int, FollowedTable> tables;
  std::map<std::string, int> by_name;  // folded, of those that are there
  int next_id = 1;

  FollowedTable* find(const std::string& name);
  // The table of that name, from its first mention in the part on; of a full-text table's shadow the full-text table.
  // nullptr where main has no such table.
  FollowedTable* follow(sqlite3* handle, const std::string& name, int part);
  void created(const std::string& name);
  void dropped(const std::string& name);
  void renamed(FollowedTable& table, const std::string& name);
};

}  // namespace drydock
