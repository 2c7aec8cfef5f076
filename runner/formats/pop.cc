#include "runner/formats/pop.h"

#include <algorithm>
#include <array>
#include <map>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/next_version.h"
#include "runner/formats/ordered_versions.h"
#include "runner/formats/up_and_down.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, 6> dialects = {"postgres", "sqlite3", "sqlite", "mysql", "cockroach", "mariadb"};

struct ParsedName {
  std::string version, name;
  std::string_view dialect;  // empty: for all
  bool autocommit = false;
  bool down = false;
  bool fizz = false;
};

bool take_ending(std::string_view& text, std::string_view ending) {
  if (!text.ends_with(ending)) return false;
  text.remove_suffix(ending.size());
  return true;
}

std::optional<ParsedName> parse_name(std::string_view file) {
  ParsedName parsed;
  parsed.fizz = file.ends_with(".fizz");
  if (!take_ending(file, ".sql") && !take_ending(file, ".fizz")) return std::nullopt;
  parsed.down = file.ends_with(".down");
  if (!take_ending(file, ".up") && !take_ending(file, ".down")) return std::nullopt;
  parsed.autocommit = take_ending(file, ".autocommit");
  for (const std::string_view dialect : dialects)
    if (take_ending(file, "." + std::string(dialect))) parsed.dialect = dialect;
  parsed.version = leading_digits(file);
  if (parsed.version.empty() || !file.substr(parsed.version.size()).starts_with('_')) return std::nullopt;
  parsed.name = file.substr(parsed.version.size() + 1);
  if (parsed.name.empty() || parsed.name.find('.') != std::string::npos) return std::nullopt;
  return parsed;
}

bool has_dialect(std::string_view file) {
  const std::optional<ParsedName> parsed = parse_name(file);
  return parsed && !parsed->dialect.empty();
}

bool is_own(std::string_view dialect, Dialect target) {
  return target == Dialect::postgres ? dialect == "postgres" : dialect == "sqlite3" || dialect == "sqlite";
}

struct Chosen {
  std::string file;
  ParsedName parsed;
};

// Of each version the file for this dialect, or else the one for all. By version and name.
using Choice = std::map<std::pair<std::string, std::string>, Chosen>;

Choice choose(const std::vector<std::string>& files, Dialect target, bool down) {
  Choice choice;
  for (const std::string& file : files) {
    const std::optional<ParsedName> parsed = parse_name(file);
    if (!parsed || parsed->down != down) continue;
    const bool own = is_own(parsed->dialect, target);
    if (!own && !parsed->dialect.empty()) continue;
    const std::pair key(parsed->version, parsed->name);
    const auto known = choice.find(key);
    if (known == choice.end() || own) choice[key] = {file, *parsed};
  }
  return choice;
}

void refuse_code(const std::string& file, const ParsedName& parsed) {
  if (parsed.fizz) throw MigrationError(file, 0, "is written in fizz, which cannot be run here: write it as SQL");
}

std::string checked_text(const std::filesystem::path& path, const std::string& file) {
  std::string text = text_of_file(path, file);
  for (const std::string_view opening : {"{{ ", "{{.", "{{if", "{{-"})
    if (const std::size_t at = text.find(opening); at != std::string::npos)
      throw MigrationError(
          file, 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n')),
          "holds a template, which cannot be filled in here");
  return text;
}

}  // namespace

bool PopFormat::recognises(const Folder& folder) const { return folder.any_file(has_dialect).has_value(); }

std::vector<MigrationFile> PopFormat::read(const Folder& folder, const FormatContext& context) const {
  const std::vector<std::string> files =
      folder.files([](std::string_view file) { return ends_in_sql(file) || file.ends_with(".fizz"); });
  refuse_misfits(
      folder.path(), files, [](std::string_view file) { return parse_name(file).has_value(); },
      "<digits>_<name>[.<dialect>][.autocommit].up.sql");
  const Choice ups = choose(files, context.dialect, false);
  const Choice downs = choose(files, context.dialect, true);
  std::vector<std::string> names;
  for (const auto& [key, chosen] : ups) names.push_back(key.first + "_" + key.second);
  const std::vector<Version> versions = versions_in_order(names);
  std::vector<MigrationFile> migrations;
  migrations.reserve(ups.size());
  for (const auto& [key, chosen] : ups) {
    refuse_code(chosen.file, chosen.parsed);
    MigrationFile migration;
    migration.version = versions[migrations.size()];
    migration.name = key.second;
    migration.recorded_as = key.first;
    migration.path = folder.path() / chosen.file;
    migration.file = chosen.file;
    migration.transaction_none = chosen.parsed.autocommit;
    set_text(migration, checked_text(migration.path, migration.file));
    if (const auto down = downs.find(key); down != downs.end()) {
      refuse_code(down->second.file, down->second.parsed);
      migration.undo = UndoScript{.path = folder.path() / down->second.file,
                                  .file = down->second.file,
                                  .text = checked_text(folder.path() / down->second.file, down->second.file),
                                  .transaction_none = down->second.parsed.autocommit};
    }
    migrations.push_back(std::move(migration));
  }
  return migrations;
}

std::string PopFormat::undo_place(const MigrationFile& migration) const { return down_file_of(migration.file); }

std::vector<NewFile> PopFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const std::string stem = next_version(existing, utc_timestamp()) + "_" + file_name_of(name);
  return {{.file = stem + ".up.sql", .text = "-- " + std::string(name) + "\n\n"},
          {.file = stem + ".down.sql", .text = "-- Takes it back: " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
