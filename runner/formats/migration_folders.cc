#include "runner/formats/migration_folders.h"

#include "runner/formats/migration_text.h"

namespace drydock {

bool is_file(const std::filesystem::path& path) {
  std::error_code ignored;
  return std::filesystem::is_regular_file(path, ignored);
}

void read_migration_folder(MigrationFile& migration, const std::filesystem::path& folder, const std::string& name,
                           const std::string& file, const std::string& undo_file) {
  migration.path = folder / name / file;
  migration.file = name + "/" + file;
  set_text(migration, text_of_file(migration.path, migration.file));
  if (is_file(folder / name / undo_file))
    migration.undo = UndoScript{.path = folder / name / undo_file, .file = name + "/" + undo_file, .text = {}};
}

std::string undo_file_beside(const std::string& file) { return file.substr(0, file.rfind('/') + 1) + "down.sql"; }

}  // namespace drydock
