// SQLite: foreign keys are off while a migration runs, so what it breaks is looked for before its COMMIT. Violations
// that were there before do not count. Only tables that the part can have touched are looked at: a foreign_key_check of
// a large database would cost more than most migrations.
#pragma once

#include <map>
#include <set>
#include <string>

#include "runner/database/database.h"

namespace drydock {

class ForeignKeyCheck {
 public:
  // REQUIRES: the part's transaction is open, and none of its statements has run.
  explicit ForeignKeyCheck(Database& database);

  // The violations in tables that the part can have touched. Each is one string: table, rowid, parent, number of the
  // key. REQUIRES: all statements of the part have run.
  std::set<std::string> violations_after() const;

  // All violations there are now.
  static std::set<std::string> all_violations(Database& database);

 private:
  Database& database_;
  std::map<std::string, std::string> schema_before_;
  std::string changes_before_;
};

// The tables of those violations, for a message.
std::string tables_of(const std::set<std::string>& violations);

}  // namespace drydock
