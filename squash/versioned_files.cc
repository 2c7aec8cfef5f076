#include "squash/versioned_files.h"

#include <algorithm>
#include <tuple>

#include "runner/formats/migration_text.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view ending = ".sql", undo_ending = ".undo.sql";

// The digits that open a name such as 0001_create_users.sql; empty for any other name.
std::string_view version_in(std::string_view file_name) {
  if (!file_name.ends_with(ending) || file_name.ends_with(undo_ending)) return {};
  const std::size_t digits = file_name.find_first_not_of("0123456789");
  return digits != std::string_view::npos && file_name[digits] == '_' ? file_name.substr(0, digits)
                                                                      : std::string_view();
}

}  // namespace

std::vector<MigrationFile> versioned_files_in(const fs::path& folder) {
  std::vector<MigrationFile> files;
  std::error_code error;
  for (fs::directory_iterator at(folder, error); !error && at != fs::directory_iterator(); at.increment(error)) {
    const std::string name = at->path().filename().string();
    const std::string_view version = version_in(name);
    if (version.empty()) continue;
    MigrationFile file;
    file.version = Version(version);
    file.name = name.substr(version.size() + 1, name.size() - version.size() - 1 - ending.size());
    file.path = folder / name;
    file.file = name;
    read_text(file);
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, [](const MigrationFile& left, const MigrationFile& right) {
    return left.version == right.version ? left.file < right.file : left.version < right.version;
  });
  return files;
}

std::string undo_name_of(const std::string& file_name) {
  return file_name.substr(0, file_name.size() - ending.size()) + std::string(undo_ending);
}

}  // namespace drydock
