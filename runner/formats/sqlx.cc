#include "runner/formats/sqlx.h"

#include <fstream>

#include "runner/formats/folder_listing.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"
#include "runner/formats/up_and_down.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

// A simple migration, or one half of a pair.
std::optional<DirectedName> parse_name(std::string_view file) {
  if (auto directed = parse_directed(file)) return directed;
  const auto numbered = parse_numbered(file);
  if (!numbered) return std::nullopt;
  return DirectedName{std::string(numbered->version), std::string(numbered->name), Direction::up};
}

bool is_migration(std::string_view file) { return parse_name(file).has_value(); }

bool is_directed(std::string_view file) { return parse_directed(file).has_value(); }

bool is_simple(std::string_view file) { return !is_directed(file) && is_migration(file); }

bool mentions_sqlx(const fs::path& file) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("sqlx")) return true;
  return false;
}

}  // namespace

// A folder of simple files alone cannot be told from one of drydock's own, nor one of pairs alone from one of
// golang-migrate's, and they are read the same way. Both kinds of files in one folder are sqlx's alone. What lies
// beside a folder of pairs may tell too: sqlx's own files, or a manifest that depends on it.
bool SqlxFormat::recognises(const Folder& folder) const {
  if (!folder.any_file(is_directed) || is_surely_native(folder)) return false;
  if (folder.any_file(is_simple)) return true;
  std::error_code error;
  const fs::path beside = fs::absolute(folder.path(), error).lexically_normal() / "..";
  return fs::exists(beside / "sqlx.toml", error) || fs::exists(beside / ".sqlx", error) ||
         mentions_sqlx(beside / "Cargo.toml");
}

std::vector<MigrationFile> SqlxFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = folder.files();
  refuse_misfits(folder.path(), files, is_migration, "<digits>_<name>.sql, or <digits>_<name>.up.sql and .down.sql");
  UpAndDown pairs(folder.path());
  for (const std::string& file : files) pairs.add(file, *parse_name(file));
  return pairs.take();
}

std::string SqlxFormat::undo_place(const MigrationFile& migration) const {
  if (parse_directed(migration.file)) return down_file_of(migration.file);
  return "a .down.sql file; sqlx has one only where the migration is an .up.sql file";
}

std::vector<NewFile> SqlxFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const std::string version = next_version(existing, utc_timestamp());
  if (!existing.empty() && parse_directed(existing.back().file)) return next_up_and_down(version, name);
  return {{.file = version + "_" + file_name_of(name) + ".sql", .text = "-- " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
