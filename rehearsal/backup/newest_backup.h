// Where the newest backup is: in a folder, or where a command of the user's puts it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {

struct FoundBackup {
  std::filesystem::path path;
  std::unique_ptr<ShadowDirectory> fetched_into;  // of a command; goes with it
};

// The newest file or directory, whether it can be read as a backup or not: that the newest one is none is what a drill
// has to find out. Passed over are hidden files, drydock's own record, and what lies beside backups (sums, signatures,
// logs). A folder that is itself a backup is the one. Throws BackupRefused where there is none.
FoundBackup newest_backup_in(const std::filesystem::path& folder);

// Runs the command, whose last line of output is the path. In the variable DRYDOCK_BACKUP_DIRECTORY it finds a private
// directory to fetch into, which goes with the result. Throws BackupRefused where it fails.
FoundBackup fetch_backup(const std::vector<std::string>& command, const std::optional<std::string>& shadow_directory);

}  // namespace drydock
