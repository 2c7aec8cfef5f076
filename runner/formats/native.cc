#include "runner/formats/native.h"

#include <optional>
#include <set>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/whole_file.h"
#include "runner/migration/baseline_files.h"

namespace drydock {
namespace {

constexpr std::string_view ending = ".sql";
constexpr std::string_view undo_ending = ".undo.sql";
constexpr std::string_view digits = "0123456789";

enum class Role { migration, undo };

struct ParsedName {
  Role role = Role::migration;
  MigrationKind kind = MigrationKind::versioned;
  std::string_view version;
  std::string_view name;
};

std::optional<ParsedName> parse_name(std::string_view file) {
  if (!file.ends_with(ending) || first_invalid_utf8(file) != std::string_view::npos) return std::nullopt;
  ParsedName parsed;
  if (file.ends_with(undo_ending)) parsed.role = Role::undo;
  file.remove_suffix(parsed.role == Role::undo ? undo_ending.size() : ending.size());
  if (file.starts_with(repeatable_prefix)) {
    parsed.kind = MigrationKind::repeatable;
    parsed.name = file.substr(repeatable_prefix.size());
  } else {
    parsed.version = file.substr(0, file.find_first_not_of(digits));
    if (parsed.version.empty() || !file.substr(parsed.version.size()).starts_with('_')) return std::nullopt;
    parsed.name = file.substr(parsed.version.size() + 1);
  }
  const bool undo_of_repeatable = parsed.kind == MigrationKind::repeatable && parsed.role == Role::undo;
  if (parsed.name.empty() || undo_of_repeatable) return std::nullopt;
  return parsed;
}

void refuse_misnamed(const std::filesystem::path& folder, const std::vector<std::string>& files) {
  refuse_misfits(
      folder, files, [](std::string_view file) { return parse_name(file).has_value(); },
      "<digits>_<name>.sql or R__<name>.sql");
}

void refuse_lone_undos(const std::filesystem::path& folder, const std::vector<std::string>& files) {
  const std::set<std::string_view> all(files.begin(), files.end());
  for (const std::string& file : files) {
    if (!file.ends_with(undo_ending)) continue;
    const std::string migration = file.substr(0, file.size() - undo_ending.size()) + std::string(ending);
    if (!all.contains(migration))
      throw MigrationError(folder.string(), 0, file + " undoes " + migration + ", which is not there");
  }
}

// A folder of folders, one for each database or release, would be read as one without migrations, and a database that
// has nothing would count as migrated.
void refuse_files_below(const Folder& folder) {
  for (const std::string& below : folder.folders()) {
    if (below == squashed_folder || below.starts_with('.')) continue;
    const auto file = Folder(folder.path() / below).any_file_below(ends_in_sql);
    if (!file) continue;
    throw MigrationError(folder.path().string(), 0,
                         "it holds no migration, and " + below + "/" + *file +
                             " lies below it: name the folder of the migrations with --migrations DIR, or their format "
                             "with --format NAME");
  }
}

std::string undo_file_of(const std::string& file) {
  return file.substr(0, file.size() - ending.size()) + std::string(undo_ending);
}

// REQUIRES: refuse_lone_undos() accepted the files.
void note_undos(const std::filesystem::path& folder, const std::vector<std::string>& files,
                std::vector<MigrationFile>& migrations) {
  const std::set<std::string_view> all(files.begin(), files.end());
  for (MigrationFile& migration : migrations) {
    const std::string undo = undo_file_of(migration.file);
    if (all.contains(undo)) migration.undo = UndoScript{.path = folder / undo, .file = undo, .text = {}};
  }
}

// `place` stands before the files' names in messages. REQUIRES: refuse_misnamed() accepted the files.
std::vector<MigrationFile> read_files(const std::filesystem::path& folder, const std::vector<std::string>& files,
                                      const std::string& place) {
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    const ParsedName parsed = *parse_name(file);
    if (parsed.role == Role::undo) continue;
    MigrationFile migration;
    migration.kind = parsed.kind;
    if (!parsed.version.empty()) migration.version = Version(parsed.version);
    migration.name = parsed.name;
    migration.path = folder / file;
    migration.file = place + file;
    read_text(migration);
    accept_whole_file(migration);
    migrations.push_back(std::move(migration));
  }
  put_in_order(folder, migrations);
  return migrations;
}

}  // namespace

bool NativeFormat::recognises(const Folder& folder) const {
  return folder.any_file([](std::string_view file) { return parse_name(file).has_value(); }).has_value();
}

std::vector<MigrationFile> NativeFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = folder.files();
  refuse_misnamed(folder.path(), files);
  refuse_lone_undos(folder.path(), files);
  std::vector<MigrationFile> migrations = read_files(folder.path(), files, "");
  note_undos(folder.path(), files, migrations);
  refuse_rival_baselines(folder.path(), migrations);
  if (migrations.empty()) refuse_files_below(folder);
  return migrations;
}

std::vector<MigrationFile> NativeFormat::read_squashed(const std::filesystem::path& folder) const {
  std::error_code error;
  const std::filesystem::path squashed = folder / squashed_folder;
  if (!std::filesystem::is_directory(squashed, error)) return {};
  // An undo file may be there alone: a squash that was cut short had no time to move its migration behind it.
  const std::vector<std::string> files = Folder(squashed).files();
  refuse_misnamed(squashed, files);
  return read_files(squashed, files, std::string(squashed_folder) + "/");
}

std::string NativeFormat::undo_place(const MigrationFile& migration) const { return undo_file_of(migration.file); }

std::vector<NewFile> NativeFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_version(existing) + "_" + file_name_of(name) + std::string(ending),
           .text = "-- " + std::string(name) +
                   "\n--\n-- Runs in one transaction. A loss that is meant needs a consent above the first statement: "
                   "`drydock rehearse` says what\n-- would be lost, and prints the line to add.\n\n"}};
}

}  // namespace drydock
