// What the kinds of backup have in common that hold a whole cluster's files: put them into a private directory, look
// whether they are whole and of a version that is here, start a server on them, choose the database.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>

#include "rehearsal/backup/restored_backup.h"

namespace drydock {

// Makes the directory `data` with the cluster's files; programs write to `log`.
using PlaceFiles = std::function<void(const std::filesystem::path& data, const std::filesystem::path& log)>;

// Throws BackupRefused, CannotRehearse, Interrupted.
std::unique_ptr<RestoredBackup> restore_cluster(const RestoreRequest& request, const PlaceFiles& place);

}  // namespace drydock
