// A check of one backup: restored, counted, judged. The restored database lives as long as the result, for whoever goes
// on with it.
#pragma once

#include <functional>
#include <optional>

#include "rehearsal/backup/contents.h"
#include "rehearsal/backup/judge_backup.h"
#include "rehearsal/backup/restored_backup.h"
#include "runner/history/history.h"

namespace drydock {

struct CheckRequest {
  RestoreRequest restore;
  BackupDemands demands;
  std::string proved_by;  // the command
  // The newest proved backup of that database, taken no later than that: from beside the backups, from the target.
  std::function<std::optional<BackupEvidence>(const std::string& database_id, const std::string& until)> last;
};

struct CheckedBackup {
  Restored restored;
  TargetState state;  // the record in it
  BackupContents contents;
  BackupEvidence evidence;             // to be recorded where it is proved
  std::optional<BackupEvidence> last;  // that it was compared with
  BackupVerdict verdict;
};

// Throws BackupRefused for what cannot be restored, CannotRehearse for what this machine lacks, Interrupted.
CheckedBackup check_backup(const CheckRequest& request);

}  // namespace drydock
