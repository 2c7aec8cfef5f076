// What baselines in a folder have to do with each other and with the files beside them, whatever the format.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

// The folder below a folder of migrations that keeps what baselines replaced.
inline constexpr std::string_view squashed_folder = "squashed";

// In the order of the versions, a baseline behind the migration whose version it has; then repeatable ones by name.
bool stands_before(const MigrationFile& left, const MigrationFile& right);

// Throws MigrationError where of two baselines neither replaces the other: which of them an empty database is to be
// made from could only be guessed.
void refuse_rival_baselines(const std::filesystem::path& folder, const std::vector<MigrationFile>& files);

// The baseline that replaces all others of the folder; nullptr where there is none.
// REQUIRES: refuse_rival_baselines() accepted the files.
const MigrationFile* newest_baseline(const std::vector<MigrationFile>& files);

}  // namespace drydock
