// What is recorded of a backup that was proved by its restore, beside the history: PostgreSQL's table
// drydock.backup_evidence, SQLite's drydock_backup_evidence. The table is made with the first row; rows are added,
// never rewritten or deleted. Times are ISO 8601, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "runner/database/database.h"

namespace drydock {

struct BackupEvidence {
  std::string database_id;  // that stands in the backup; "" where the database carries no stamp
  std::string proved_by;    // "backup check", "drill", "migrate --keep-backup" ...
  std::string backup;       // its file, as named
  std::string kind;
  std::string taken_at, proved_at;
  std::string history;  // fingerprint of the history in it
  std::string newest;   // the newest time in a row; "" where no column tells
  std::int64_t tables = 0, rows = 0;
  double restore_seconds = 0;
  std::string contents;  // per table, as JSON
};

// What `migrate` and `status` need of it; comes with the stamp (history.h).
struct ProvedBackup {
  std::string taken_at, proved_at;
  std::int64_t rows = 0;
};

// Adds a row. Throws DatabaseError. REQUIRES: drydock's tables are there, no transaction is open.
void record_evidence(Database& database, const BackupEvidence& evidence);
// The newest backup of those rows that was taken no later than `until`; nullopt where there is none, or no table.
std::optional<BackupEvidence> newest_evidence(Database& database, const std::string& until);

}  // namespace drydock
