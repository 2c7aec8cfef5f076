// One function for each kind of backup; all_backup_kinds.cc lists them.
#pragma once

#include <memory>

#include "rehearsal/backup/restored_backup.h"

namespace drydock {

std::unique_ptr<BackupKind> postgres_archive_kind();
std::unique_ptr<BackupKind> postgres_script_kind();
std::unique_ptr<BackupKind> postgres_base_backup_kind();
std::unique_ptr<BackupKind> postgres_pgbackrest_kind();
std::unique_ptr<BackupKind> sqlite_file_kind();
std::unique_ptr<BackupKind> sqlite_script_kind();

}  // namespace drydock
