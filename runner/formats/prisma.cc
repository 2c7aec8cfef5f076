#include "runner/formats/prisma.h"

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

constexpr std::string_view migration_file = "migration.sql";
constexpr std::string_view lock_file = "migration_lock.toml";
constexpr std::size_t timestamp_width = 14;

bool begins_with_timestamp(std::string_view name) {
  const std::string digits = leading_digits(name);
  return digits.size() == timestamp_width && name.substr(digits.size()).starts_with('_');
}

// The value of a line such as `provider = "postgresql"`; empty for any other line.
std::string_view provider_in(std::string_view line) {
  line = trimmed(line);
  constexpr std::string_view key = "provider";
  if (!line.starts_with(key)) return {};
  line = trimmed(line.substr(key.size()));
  if (!line.starts_with('=')) return {};
  line = trimmed(line.substr(1));
  const std::size_t end = line.size() > 1 ? line.find(line.front(), 1) : std::string_view::npos;
  return end == std::string_view::npos ? std::string_view() : line.substr(1, end - 1);
}

bool speaks(std::string_view provider, Dialect dialect) {
  if (dialect == Dialect::sqlite) return provider == "sqlite";
  return provider == "postgresql" || provider == "postgres" || provider == "cockroachdb";
}

// A folder without the lock file is Prisma's too: it appears with the first `prisma migrate dev`.
void require_provider(const std::filesystem::path& folder, Dialect dialect) {
  if (!is_file(folder / lock_file)) return;
  const std::string text = text_of_file(folder / lock_file, std::string(lock_file));
  LineReader lines(text);
  while (const std::optional<Line> line = lines.next()) {
    const std::string_view provider = provider_in(line->text);
    if (provider.empty() || speaks(provider, dialect)) continue;
    throw MigrationError(std::string(lock_file), line->number,
                         "the migrations are written for " + std::string(provider) + ", and the target is " +
                             (dialect == Dialect::postgres ? "PostgreSQL" : "SQLite"));
  }
}

bool is_hidden(std::string_view name) { return name.starts_with('.'); }

void refuse_empty_folders(const std::filesystem::path& folder, const std::vector<std::string>& names) {
  std::vector<std::string> without;
  for (const std::string& name : names)
    if (!is_file(folder / name / migration_file)) without.push_back(name);
  if (!without.empty())
    throw MigrationError(folder.string(), 0,
                         "these folders hold no migration.sql: " + joined(without) +
                             "; restore the file from version control, or take the folder away");
}

}  // namespace

bool PrismaFormat::recognises(const Folder& folder) const {
  return is_file(folder.path() / lock_file) || folder.holds_folder(begins_with_timestamp, migration_file);
}

std::vector<MigrationFile> PrismaFormat::read(const Folder& folder, const FormatContext& context) const {
  std::vector<std::string> names = folder.folders();
  std::erase_if(names, is_hidden);
  refuse_empty_folders(folder.path(), names);
  require_provider(folder.path(), context.dialect);
  const std::vector<Version> versions = versions_in_order(names);
  std::vector<MigrationFile> migrations(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    migrations[i].version = versions[i];
    migrations[i].name = name_behind(names[i], leading_digits(names[i]).size());
    migrations[i].recorded_as = names[i];
    read_migration_folder(migrations[i], folder.path(), names[i], std::string(migration_file), "down.sql");
  }
  put_in_order(folder.path(), migrations);
  return migrations;
}

std::string PrismaFormat::undo_place(const MigrationFile& migration) const { return undo_file_beside(migration.file); }

std::vector<NewFile> PrismaFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  return {{.file = next_timestamp(existing) + "_" + file_name_of(name) + "/" + std::string(migration_file),
           .text = "-- " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
