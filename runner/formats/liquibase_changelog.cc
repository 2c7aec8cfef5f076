#include "runner/formats/liquibase_changelog.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/liquibase_includes.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/sections.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

bool is_xml(std::string_view file) { return file.ends_with(".xml"); }
bool is_yaml(std::string_view file) { return file.ends_with(".yaml") || file.ends_with(".yml"); }
bool is_json(std::string_view file) { return file.ends_with(".json"); }
bool may_be_changelog(std::string_view file) { return is_xml(file) || is_yaml(file) || is_json(file); }

bool is_changelog(const fs::path& path, const std::string& file) {
  try {
    return text_of_file(path, file).find("databaseChangeLog") != std::string::npos;
  } catch (const MigrationError&) {
    return false;  // some other file of the project
  }
}

bool names_itself_master(const std::string& file) {
  return file.find("master") != std::string::npos || file.find("root") != std::string::npos;
}

// A path that does not say what it is relative to is so to the root of Liquibase's search path, which is some folder
// above; the nearest in which there is such a file.
fs::path place_of(const ChangelogInclude& include, const fs::path& changelog, const std::string& file) {
  const fs::path beside = changelog.parent_path();
  if (include.relative_to_file) return (beside / include.path).lexically_normal();
  std::error_code ignored;
  const fs::path wanted = fs::path(include.path).relative_path();
  for (fs::path root = fs::absolute(changelog).lexically_normal().parent_path();; root = root.parent_path()) {
    if (fs::exists(root / wanted, ignored)) return (root / wanted).lexically_normal();
    if (root == root.parent_path()) break;
  }
  throw MigrationError(file, include.line, "includes " + include.path + ", which is in no folder above");
}

// Walks through changelogs and what they include.
class ChangelogWalk {
 public:
  explicit ChangelogWalk(const fs::path& folder) : folder_(fs::absolute(folder).lexically_normal()) {}

  void add_file(const fs::path& path) {
    const std::string file = shown(path);
    if (ends_in_sql(file))
      files_.push_back({path, file});
    else if (is_json(file))
      throw MigrationError(file, 0, "is a changelog in JSON, which cannot be read: write its includes in YAML or XML");
    else if (may_be_changelog(file))
      add_changelog(path, file);
    else
      throw MigrationError(file, 0, "is no changelog that can be read here: neither SQL nor XML or YAML");
  }

  // All files below by their paths, as includeAll takes them.
  void add_folder(const fs::path& path, const fs::path& except = {}) {
    for (const std::string& file : Folder(path).files_below()) add_file((path / file).lexically_normal());
    for (const std::string& file : Folder(path).files_below(may_be_changelog))
      if (path / file != except && is_changelog(path / file, file))
        throw MigrationError(shown(path / file), 0,
                             "is a changelog among the files in SQL of a folder that is included "
                             "as a whole: include its files by name");
  }

  std::vector<ChangelogFile> take() { return std::move(files_); }

 private:
  std::string shown(const fs::path& path) const {
    return fs::absolute(path).lexically_normal().lexically_proximate(folder_).string();
  }

  void add_changelog(const fs::path& path, const std::string& file) {
    if (std::ranges::find(open_, path) != open_.end())
      throw MigrationError(file, 0, "includes itself, by way of what it includes");
    open_.push_back(path);
    const std::string text = text_of_file(path, file);
    for (const ChangelogInclude& include :
         is_xml(file) ? read_xml_includes(text, file) : read_yaml_includes(text, file)) {
      if (include.path.empty()) throw MigrationError(file, include.line, "an include does not say what");
      const fs::path place = place_of(include, path, file);
      if (include.all)
        add_folder(place, path);
      else if (is_file(place))
        add_file(place);
      else
        throw MigrationError(file, include.line, "includes " + include.path + ", which is not there");
    }
    open_.pop_back();
  }

  fs::path folder_;
  std::vector<fs::path> open_;
  std::vector<ChangelogFile> files_;
};

}  // namespace

std::optional<ChangelogFile> find_master_changelog(const Folder& folder) {
  if (!folder.any_file(may_be_changelog)) return std::nullopt;
  std::vector<std::string> found = folder.files(may_be_changelog);
  std::erase_if(found, [&](const std::string& file) { return !is_changelog(folder.path() / file, file); });
  if (found.size() > 1 && std::ranges::count_if(found, names_itself_master) == 1)
    std::erase_if(found, [](const std::string& file) { return !names_itself_master(file); });
  if (found.size() > 1)
    throw MigrationError(
        folder.path().string(), 0,
        "holds several changelogs, " + joined(found) + ": give the one to begin with a name with master in it");
  if (found.empty()) return std::nullopt;
  return ChangelogFile{folder.path() / found[0], found[0]};
}

std::vector<ChangelogFile> list_changelog_files(const Folder& folder) {
  ChangelogWalk walk(folder.path());
  if (const std::optional<ChangelogFile> master = find_master_changelog(folder))
    walk.add_file(master->path);
  else
    walk.add_folder(folder.path());
  return walk.take();
}

bool is_formatted_sql(std::string_view text) {
  std::string_view line = trimmed(text.substr(0, text.find('\n')));
  if (!line.starts_with("--")) return false;
  line = trimmed(line.substr(2));
  constexpr std::string_view tool = "liquibase", formatted = "formatted";
  if (!same_word(line.substr(0, tool.size()), tool)) return false;
  line = trimmed(line.substr(tool.size()));
  return same_word(line.substr(0, formatted.size()), formatted);
}

}  // namespace drydock
