#include "runner/formats/refinery.h"

#include <fstream>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/numbered_name.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

std::string_view last_part(std::string_view file) { return file.substr(file.rfind('/') + 1); }

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// V and U alike: the U says that it may come late.
std::optional<NumberedName> parse_name(std::string_view file, std::string_view ending) {
  if (!file.starts_with('V') && !file.starts_with('U')) return std::nullopt;
  auto parsed = parse_numbered(file.substr(1), ending);
  if (!parsed || !parsed->name.starts_with('_')) return std::nullopt;
  parsed->name.remove_prefix(1);
  for (const char c : parsed->name)
    if (!is_word_character(c)) return std::nullopt;
  return parsed->name.empty() ? std::nullopt : parsed;
}

bool is_migration(std::string_view file) { return parse_name(last_part(file), ".sql").has_value(); }

bool is_program(std::string_view file) { return parse_name(last_part(file), ".rs").has_value(); }

bool mentions_refinery(const fs::path& file) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("refinery")) return true;
  return false;
}

}  // namespace

// Its names are Flyway's as well. Where the folder holds nothing but V files it does not matter which of them reads it;
// a program in Rust, or what lies beside the folder, tells.
bool RefineryFormat::recognises(const Folder& folder) const {
  if (folder.any_file(is_program)) return true;
  std::error_code error;
  const fs::path beside = fs::absolute(folder.path(), error).lexically_normal() / "..";
  const bool tells = fs::exists(beside / "refinery.toml", error) || mentions_refinery(beside / "Cargo.toml");
  return tells && folder.any_file_below(is_migration);
}

std::vector<MigrationFile> RefineryFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> programs = folder.files_below(is_program);
  if (!programs.empty())
    throw MigrationError(folder.path().string(), 0,
                         "these migrations are written in Rust, and drydock runs SQL only: " + joined(programs) +
                             "; run refinery itself through `drydock migrate -- COMMAND`, or write them as SQL");
  const std::vector<std::string> files = folder.files_below();
  refuse_misfits(folder.path(), files, is_migration, "V<number>__<name>.sql or U<number>__<name>.sql");
  std::vector<MigrationFile> migrations;
  migrations.reserve(files.size());
  for (const std::string& file : files) {
    const NumberedName name = *parse_name(last_part(file), ".sql");
    MigrationFile& migration = migrations.emplace_back(file_in(folder.path(), file));
    migration.version = Version(name.version);
    migration.name = name.name;
    migration.recorded_as = as_number(name.version);
    set_text(migration, text_of_file(migration.path, file));
  }
  put_in_order(folder.path(), migrations);
  return migrations;
}

std::vector<NewFile> RefineryFormat::next_files(const std::vector<MigrationFile>& existing,
                                                std::string_view name) const {
  const std::string folder =
      existing.empty() ? "" : existing.back().file.substr(0, existing.back().file.rfind('/') + 1);
  return {{.file = folder + "V" + next_version(existing, "1") + "__" + file_name_of(name) + ".sql",
           .text = "-- " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
