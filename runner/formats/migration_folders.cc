#include "runner/formats/migration_folders.h"

#include <dirent.h>

#include <memory>

#include "runner/formats/migration_text.h"

namespace drydock {

bool holds_migration_folder(const std::filesystem::path& folder, std::string_view file, const NameTest& fits) {
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(opendir(folder.c_str()), closedir);
  if (!opened) return false;
  while (const dirent* entry = readdir(opened.get()))
    if (entry->d_type != DT_REG && fits(entry->d_name) && is_file(folder / entry->d_name / file)) return true;
  return false;
}

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
