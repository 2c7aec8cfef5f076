// Where other tools keep their history: tables that are there by name, with their columns. What they are is told by the
// readers (adopt_reader.h), since several tools share one name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

struct ForeignTable {
  struct Column {
    std::string name;  // lower case
    std::string type;  // as the catalog spells it, lower case
  };
  std::string schema;  // "" on SQLite
  std::string name;    // as stored
  std::vector<Column> columns;
  bool visible = true;  // PostgreSQL: found by its bare name on the session's search_path
  // SQLite: a file of its own beside the database, where the tool keeps its history there; read through this.
  std::shared_ptr<Database> elsewhere = nullptr;

  bool has(std::string_view column) const;
  bool has_all(const std::vector<std::string_view>& names) const;
  // "" where there is no such column.
  std::string_view type_of(std::string_view column) const;
  // Qualified and quoted, for SQL; and for people.
  std::string sql() const;
  std::string display() const;
};

// The tables of these names (lower case), whatever the case of what is stored; in the order of schema and name. One
// query; works inside a transaction and read-only. drydock's own schema is not looked into.
std::vector<ForeignTable> find_tables(Database& database, const std::vector<std::string_view>& names);

// Whether it holds a row. A table that may not be read counts as holding one.
bool holds_row(Database& database, const ForeignTable& table);

// Sqitch keeps its history of a SQLite file in the file sqitch.db beside it. nullptr where there is none.
std::shared_ptr<Database> open_beside(const Database& database, std::string_view file);

}  // namespace drydock
