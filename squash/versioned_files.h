// The versioned files of one folder as they lie there, also where two have one version: in squashed/, where an earlier
// baseline lies beside the original of its version, and in a folder whose squash was cut short.
#pragma once

#include <filesystem>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

// By version, then by name; empty where there is no such folder. Undo files are left out. Throws MigrationError.
std::vector<MigrationFile> versioned_files_in(const std::filesystem::path& folder);

// "0001_a.undo.sql" for "0001_a.sql".
std::string undo_name_of(const std::string& file_name);

}  // namespace drydock
