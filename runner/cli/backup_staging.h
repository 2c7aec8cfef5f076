// What `backup stage` does around the staging itself: which database may be replaced, the backup that is proved first,
// the mask, the lock, and the report.
#pragma once

#include <filesystem>
#include <string>

#include "runner/cli/backup_checking.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

struct StagingOptions {
  std::string to, as = "staging", mask, lock_wait = "60s";

  void declare(Options& options);
};

// Throws WrongTarget where the address is not that of a staging database, StagingFailed, MaskRefused, and what a check
// of the backup throws.
ExitCode stage(const Settings& settings, Terminal& terminal, const std::filesystem::path& file,
               const BackupDemandOptions& demands, const StagingOptions& options);

}  // namespace drydock
