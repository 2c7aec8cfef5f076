#include "runner/migration/baseline_files.h"

namespace drydock {

bool stands_before(const MigrationFile& left, const MigrationFile& right) {
  const bool left_repeats = left.kind == MigrationKind::repeatable;
  if (left_repeats != (right.kind == MigrationKind::repeatable)) return !left_repeats;
  if (left_repeats) return left.name < right.name;
  if (left.version != right.version) return left.version < right.version;
  return left.kind < right.kind;
}

const MigrationFile* newest_baseline(const std::vector<MigrationFile>& files) {
  const MigrationFile* newest = nullptr;
  for (const MigrationFile& file : files)
    if (file.baseline && (newest == nullptr || newest->version < file.version)) newest = &file;
  return newest;
}

void refuse_rival_baselines(const std::filesystem::path& folder, const std::vector<MigrationFile>& files) {
  const MigrationFile* newest = newest_baseline(files);
  for (const MigrationFile& file : files) {
    if (!file.baseline || &file == newest) continue;
    if (file.version < newest->version && newest->baseline->replaces_all_of(*file.baseline)) continue;
    throw MigrationError(folder.string(), 0,
                         file.file + " and " + newest->file +
                             " are two squashed baselines, and neither replaces the other: keep the one whose "
                             "drydock:replaces lines hold all versions, and restore the other's originals");
  }
}

}  // namespace drydock
