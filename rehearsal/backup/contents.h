// What a restored database holds: its tables, their rows, and the newest time in each. Plain data.
//
// The newest time is a value from a row, and the one that is shown on purpose: that a backup which succeeds every night
// holds nothing newer than March is not seen by counting. Only columns of date and time types are read for it, it
// stands in reports of backups and in their evidence, and never in an error or a log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/backup/moment.h"
#include "runner/database/database.h"

namespace drydock {

struct TableContents {
  std::string name;  // schema-qualified; SQLite: the name alone
  std::int64_t rows = 0;
  // The newest in any of its columns, up to the moment of the count: what lies in the future is a plan. nullopt where
  // no column tells.
  std::optional<Moment> newest;
};

struct BackupContents {
  std::vector<TableContents> tables;  // by name

  std::int64_t rows() const;
  std::optional<Moment> newest() const;
  const TableContents* find(std::string_view name) const;
};

// Counts every row, drydock's own tables aside. REQUIRES: the session may read every table. Throws DatabaseError.
BackupContents count_contents(Database& database);

// As JSON, for a report and for the record of a check; and back. An unreadable text gives no tables.
std::string json_of(const BackupContents& contents);
BackupContents contents_from_json(const std::string& json);

}  // namespace drydock
