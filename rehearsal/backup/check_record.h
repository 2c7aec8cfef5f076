// The record of the checks that lies beside the backups, drydock-backups.json: there also where no database can be
// reached. It holds the newest proved checks, with rows and newest time per table, and no other value from a row.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/history/backup_evidence.h"

namespace drydock {

inline constexpr const char* check_record_name = "drydock-backups.json";

class CheckRecord {
 public:
  // Of the folder that holds this backup. Throws BackupRefused where the record is there and cannot be read: a
  // comparison that is left out proves nothing.
  explicit CheckRecord(const std::filesystem::path& backup);

  const std::filesystem::path& file() const { return file_; }
  // The newest backup of that database that was taken no later than `until`.
  std::optional<BackupEvidence> newest(const std::string& database_id, const std::string& until) const;
  // Replaces the file by one that holds this, too. False where it cannot be written.
  bool add(const BackupEvidence& evidence);

 private:
  std::filesystem::path file_;
  std::vector<BackupEvidence> checks_;  // oldest first
};

}  // namespace drydock
