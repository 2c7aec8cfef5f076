#include "runner/formats/native.h"

#include <algorithm>
#include <optional>
#include <set>

#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
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

// Also .SQL: such a file is meant as a migration, and to pass over it in silence would lose it.
bool ends_in_sql(std::string_view file) {
  if (file.size() < ending.size()) return false;
  return std::ranges::equal(file.substr(file.size() - ending.size()), ending,
                            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

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

// The names of the files that end in .sql, sorted.
std::vector<std::string> list_files(const std::filesystem::path& folder) {
  std::error_code error;
  std::vector<std::string> files;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    std::string file = entry->path().filename().string();
    std::error_code ignored;  // a link to nowhere is no folder, and reading it says what is wrong
    if (ends_in_sql(file) && !entry->is_directory(ignored)) files.push_back(std::move(file));
  }
  if (error == std::errc::no_such_file_or_directory)
    throw MigrationError(folder.string(), 0,
                         "there is no such folder: make it with `drydock init`, or name another with --migrations DIR");
  if (error)
    throw MigrationError(folder.string(), 0,
                         "cannot be read as a folder (" + error.message() + "): name another with --migrations DIR");
  std::ranges::sort(files);
  return files;
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

void refuse_misfits(const std::filesystem::path& folder, const std::vector<std::string>& files) {
  std::vector<std::string> misfits;
  for (const std::string& file : files)
    if (!parse_name(file)) misfits.push_back(file);
  if (misfits.empty()) return;
  throw MigrationError(folder.string(), 0,
                       "these files end in .sql and are not named like a migration: " + joined(misfits) +
                           "; name them <digits>_<name>.sql or R__<name>.sql, or move them elsewhere");
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

// REQUIRES: refuse_lone_undos() accepted the files.
void note_undos(const std::filesystem::path& folder, const std::vector<std::string>& files,
                std::vector<MigrationFile>& migrations) {
  const std::set<std::string_view> all(files.begin(), files.end());
  for (MigrationFile& migration : migrations) {
    std::string undo = migration.file.substr(0, migration.file.size() - ending.size()) + std::string(undo_ending);
    if (all.contains(undo)) migration.undo = UndoScript{.path = folder / undo, .file = undo, .text = {}};
  }
}

// REQUIRES: sorted.
void refuse_duplicates(const std::filesystem::path& folder, const std::vector<MigrationFile>& migrations) {
  const auto same = [](const MigrationFile& left, const MigrationFile& right) {
    return left.kind == MigrationKind::versioned && right.kind == MigrationKind::versioned &&
           left.version == right.version;
  };
  const auto found = std::ranges::adjacent_find(migrations, same);
  if (found == migrations.end()) return;
  throw MigrationError(folder.string(), 0,
                       found->file + " and " + std::next(found)->file + " have the same version " +
                           std::string(found->version.significant()) + ": give one of them another");
}

// `place` stands before the files' names in messages. REQUIRES: refuse_misfits() accepted the files.
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
    migrations.push_back(std::move(migration));
  }
  // The order of the names is that of the versions nearly always, and sorting whole files moves all they hold.
  if (!std::ranges::is_sorted(migrations, stands_before)) std::ranges::stable_sort(migrations, stands_before);
  refuse_duplicates(folder, migrations);
  return migrations;
}

}  // namespace

bool NativeFormat::recognises(const std::filesystem::path& folder) const {
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
    if (parse_name(entry->path().filename().string())) return true;
  return false;
}

std::vector<MigrationFile> NativeFormat::read(const std::filesystem::path& folder,
                                              const FormatContext& /*context*/) const {
  const std::vector<std::string> files = list_files(folder);
  refuse_misfits(folder, files);
  refuse_lone_undos(folder, files);
  std::vector<MigrationFile> migrations = read_files(folder, files, "");
  note_undos(folder, files, migrations);
  refuse_rival_baselines(folder, migrations);
  return migrations;
}

std::vector<MigrationFile> NativeFormat::read_squashed(const std::filesystem::path& folder) const {
  std::error_code error;
  const std::filesystem::path squashed = folder / squashed_folder;
  if (!std::filesystem::is_directory(squashed, error)) return {};
  // An undo file may be there alone: a squash that was cut short had no time to move its migration behind it.
  const std::vector<std::string> files = list_files(squashed);
  refuse_misfits(squashed, files);
  return read_files(squashed, files, std::string(squashed_folder) + "/");
}

std::vector<NewFile> NativeFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_version(existing) + "_" + file_name_of(name) + std::string(ending),
           .text = "-- " + std::string(name) +
                   "\n--\n-- Runs in one transaction. A loss that is meant needs a consent above the first statement: "
                   "`drydock rehearse` says what\n-- would be lost, and prints the line to add.\n\n"}};
}

}  // namespace drydock
