// SQLite: foreign keys are off while a migration runs, so what it breaks is looked for before its COMMIT. Violations
// that were there before do not count. Only tables that the part can have touched are looked at: a foreign_key_check of
// a large database would cost more than most migrations.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runner/apply/foreign_key_violations.h"
#include "runner/database/database.h"
#include "runner/plan/plan.h"

namespace drydock {

class ForeignKeyCheck {
 public:
  // REQUIRES: the part's transaction is open, and none of its statements has run.
  ForeignKeyCheck(Database& database, const Migration& migration, const Part& part);

  // The violations in tables that the part can have touched. REQUIRES: all statements of the part have run.
  ForeignKeyViolations violations_after() const;

 private:
  using Schema = std::map<std::string, std::string>;  // the statement that makes a table, by its name

  static Schema schema_of(Database& database);
  std::vector<std::string> new_tables() const;

  Database& database_;
  std::optional<Schema> schema_before_;  // only where the part can change a table that was there
  // Of sqlite_schema, whose entries are numbered upwards; otherwise, and only where the part makes tables.
  std::optional<std::string> last_entry_before_;
  std::optional<std::string> changes_before_;  // only where the part can write rows
};

}  // namespace drydock
