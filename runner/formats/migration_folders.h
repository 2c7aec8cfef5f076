// Folders that hold one migration each: how Prisma and Diesel lay out what they run.
#pragma once

#include <filesystem>
#include <string_view>

#include "runner/formats/folder_listing.h"
#include "runner/migration/migration.h"

namespace drydock {

// Whether there is such a file; false where that cannot be told.
bool is_file(const std::filesystem::path& path);

// Reads `file` in the folder `name` of `folder` as a migration's text, and notes `undo_file` beside it, where there is
// one, as what takes it back. Throws MigrationError where the file is not there or cannot be read.
void read_migration_folder(MigrationFile& migration, const std::filesystem::path& folder, const std::string& name,
                           const std::string& file, const std::string& undo_file);

// "2024-01-01_users/down.sql" of "2024-01-01_users/up.sql".
std::string undo_file_beside(const std::string& file);

}  // namespace drydock
