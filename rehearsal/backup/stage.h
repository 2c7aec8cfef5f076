// `backup stage`: what a restored backup holds takes the place of what a staging database holds. The staging database
// keeps its own stamp throughout: it never passes for the one that the backup is of.
#pragma once

#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "rehearsal/backup/restored_backup.h"
#include "runner/database/database.h"
#include "runner/history/history.h"

namespace drydock {

struct StageRequest {
  RestoredBackup& backup;
  Database& target;
  Stamp stamp;                                            // the target's own
  std::optional<std::string> binaries, shadow_directory;  // settings
  std::function<void(const std::string&)> say;            // progress, one line at a time
};

// what() says why, and in what state the staging database is now.
struct StagingFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Returns what was left out, one sentence each. Throws StagingFailed, CannotRehearse, DatabaseError (the target is as
// it was), Interrupted. REQUIRES: the target carries the stamp, may be emptied (its caller knows), and its migrate lock
// is held; no transaction is open in either.
std::vector<std::string> stage_backup(const StageRequest& request);

// Each dialect's way.
std::vector<std::string> stage_postgres(const StageRequest& request);
std::vector<std::string> stage_sqlite(const StageRequest& request);

}  // namespace drydock
