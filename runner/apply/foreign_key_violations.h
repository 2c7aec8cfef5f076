// SQLite: rows that point to no parent, as PRAGMA foreign_key_check reports them, in a form in which those after a
// migration can be told from those that were there before it.
#pragma once

#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

class ForeignKeyViolations {
 public:
  ForeignKeyViolations() = default;

  // REQUIRES: the database is one of SQLite.
  static ForeignKeyViolations in_all_tables(Database& database);
  static ForeignKeyViolations in_tables(Database& database, const std::vector<std::string>& tables);

  // Those that were not among `before`. A violation is the same where the same row breaks a key to the same parent, of
  // the same columns by their names or by their places in the table (RENAME COLUMN); the number of the key, which the
  // pragma reports, changes when a column brings another. Tables are the same by their name or, after a RENAME, by
  // their first page in the file, which stays where the file is not vacuumed automatically. Rows of a table WITHOUT
  // ROWID have no number, and are counted.
  ForeignKeyViolations besides(const ForeignKeyViolations& before) const;

  bool empty() const { return count_.empty(); }
  std::size_t size() const;
  // For a message: "child, other".
  std::string tables() const;

 private:
  // Names are folded: the parent is spelled as the key spells it.
  struct Violation {
    std::string table, row, parent, columns, places;
    auto operator<=>(const Violation&) const = default;
  };
  using Pages = std::map<std::string, std::string>;  // a table's first page, or "", by its name

  void add(Database& database, const std::string& pragma);
  static std::string name_before(const std::string& table, const Pages& now, const Pages& before);

  bool was_renamed(const Violation& violation) const;
  std::size_t known(const Violation& violation) const;
  void read_pages(Database& database);

  std::map<Violation, std::size_t> count_;
  Pages pages_;                                                       // read only where there are violations
  std::map<std::string, std::string> shown_;                          // a table's name as it is stored
  std::map<std::string, std::map<std::string, std::string>> places_;  // of the columns of a table with violations
};

}  // namespace drydock
