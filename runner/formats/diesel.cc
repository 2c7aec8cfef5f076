#include "runner/formats/diesel.h"

#include <algorithm>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"
#include "runner/formats/sections.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

constexpr std::string_view metadata_file = "metadata.toml";
constexpr std::string_view key = "run_in_transaction";

std::string version_of(std::string_view name) {
  std::string version(name.substr(0, name.find('_')));
  std::erase(version, '-');
  return version;
}

bool begins_with_version(std::string_view name) { return is_digits(version_of(name)); }

// What a line sets the key to; nullopt for any other line. Throws for a value that is neither true nor false.
std::optional<bool> value_in(const Line& line, const std::string& file) {
  std::string_view text = trimmed(line.text);
  for (const char quote : {'"', '\''})
    if (text.size() > key.size() + 1 && text.front() == quote && text[key.size() + 1] == quote &&
        text.substr(1, key.size()) == key)
      text = text.substr(1 + key.size() + 1);
  if (text.starts_with(key)) text = text.substr(key.size());
  if (text == trimmed(line.text)) return std::nullopt;
  text = trimmed(text);
  if (!text.starts_with('=')) return std::nullopt;
  const std::string_view value = trimmed(text.substr(1, text.find('#') - 1));
  if (value != "true" && value != "false")
    throw MigrationError(file, line.number, std::string(key) + " is neither true nor false");
  return value == "true";
}

// As Diesel reads it: without the file a migration runs in a transaction; a file that does not say so means that it
// does not.
bool runs_in_transaction(const std::filesystem::path& path, const std::string& file) {
  if (!is_file(path)) return true;
  const std::string text = text_of_file(path, file);
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    if (trimmed(line->text).starts_with('[')) return false;  // the tables behind the keys of the file itself
    if (line->text.find("\"\"\"") != std::string_view::npos || line->text.find("'''") != std::string_view::npos)
      throw MigrationError(file, line->number, "holds a string of several lines, in which a key could only be guessed");
    if (const std::optional<bool> value = value_in(*line, file)) return *value;
  }
  return false;
}

// Diesel passes over empty folders and those that begin with a dot; any other without up.sql is an error to it too.
std::vector<std::string> list_migrations(const Folder& folder) {
  std::vector<std::string> names = folder.folders();
  std::vector<std::string> without;
  std::erase_if(names, [&](const std::string& name) {
    std::error_code ignored;
    if (name.starts_with('.') || std::filesystem::is_empty(folder.path() / name, ignored)) return true;
    if (!is_file(folder.path() / name / "up.sql")) without.push_back(name);
    return false;
  });
  if (!without.empty())
    throw MigrationError(folder.path().string(), 0,
                         "these folders hold no up.sql: " + joined(without) +
                             "; a migration in Rust cannot be run here, and anything else belongs elsewhere");
  // As text, which is how Diesel compares versions: 20140924113530 stands before 9.
  std::ranges::stable_sort(names, {}, version_of);
  return names;
}

void refuse_same_versions(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  const auto found = std::ranges::adjacent_find(names, {}, version_of);
  if (found != names.end())
    throw MigrationError(folder.string(), 0,
                         *found + " and " + *std::next(found) + " have the same version " + version_of(*found) +
                             ", of which Diesel runs one: give one of them another");
}

// As `diesel migration generate` names it, 2026-11-20-103000, unless the folder counts.
std::string next_folder_version(const std::vector<MigrationFile>& existing) {
  const auto counts = [](const MigrationFile& file) { return file.version.text().size() < 8; };
  if (!existing.empty() && std::ranges::all_of(existing, counts)) return next_version(existing);
  std::string version = next_timestamp(existing);
  for (const std::size_t place : {8, 6, 4}) version.insert(place, "-");
  return version;
}

}  // namespace

bool DieselFormat::recognises(const Folder& folder) const { return folder.holds_folder(begins_with_version, "up.sql"); }

std::vector<MigrationFile> DieselFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> names = list_migrations(folder);
  refuse_same_versions(folder.path(), names);
  const std::vector<Version> versions = versions_in_order(names, version_of);
  std::vector<MigrationFile> migrations(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    MigrationFile& migration = migrations[i];
    migration.version = versions[i];
    migration.name = name_behind(names[i], names[i].find('_'));
    migration.recorded_as = version_of(names[i]);
    read_migration_folder(migration, folder.path(), names[i], "up.sql", "down.sql");
    migration.transaction_none =
        !runs_in_transaction(folder.path() / names[i] / metadata_file, names[i] + "/" + std::string(metadata_file));
    if (migration.undo) migration.undo->transaction_none = migration.transaction_none;
  }
  return migrations;
}

std::string DieselFormat::undo_place(const MigrationFile& migration) const { return undo_file_beside(migration.file); }

std::vector<NewFile> DieselFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const std::string folder = next_folder_version(existing) + "_" + file_name_of(name);
  return {{.file = folder + "/up.sql", .text = "-- " + std::string(name) + "\n\n"},
          {.file = folder + "/down.sql", .text = "-- Takes it back: " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
