// What of a restored backup speaks against it: pure, from what was counted and what was recorded before.
//
// A backup is compared with the last one that was proved, never with the source of today alone: where both are empty,
// nothing would be seen.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/backup/contents.h"
#include "runner/history/backup_evidence.h"

namespace drydock {

struct BackupDemands {
  std::optional<std::string> database_id;       // that has to stand in it
  std::optional<std::chrono::seconds> max_age;  // of the backup
  int min_rows = 90;                            // per cent of the last one's
  bool accept_changes = false;                  // what differs from the last one is no reason: it is the new measure
};

struct JudgedBackup {
  std::string file;
  std::optional<std::string> database_id;  // of its stamp
  Moment taken_at;
  BackupContents contents;
  // Tables that a migration recorded in it has dropped with a consent: they may be missing.
  std::set<std::string> dropped_with_consent;
};

struct BackupVerdict {
  std::vector<std::string> refusals;  // none: it is proved
  std::vector<std::string> notes;
  bool proved() const { return refusals.empty(); }
};

BackupVerdict judge_backup(const JudgedBackup& backup, const BackupDemands& demands,
                           const std::optional<BackupEvidence>& last, Moment at);

}  // namespace drydock
