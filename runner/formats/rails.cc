#include "runner/formats/rails.h"

#include <algorithm>
#include <map>

#include "runner/formats/folder_listing.h"
#include "runner/formats/migration_folders.h"
#include "runner/formats/migration_text.h"
#include "runner/formats/ordered_versions.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

constexpr const char* structure_file = "structure.sql";
constexpr std::string_view insert = "INSERT INTO \"schema_migrations\" (version) VALUES";

bool is_ruby_migration(std::string_view file) {
  const std::size_t digits = leading_digits(file).size();
  return digits > 0 && file.ends_with(".rb") && file.substr(digits).starts_with('_');
}

// Where structure.sql lies; empty where it does not.
fs::path db_folder_of(const Folder& folder) {
  if (is_file(folder.path() / structure_file)) return folder.path();
  const fs::path above = (folder.path() / "..").lexically_normal();
  return is_file(above / structure_file) && folder.any_file(is_ruby_migration) ? above : fs::path();
}

fs::path migrate_folder(const fs::path& folder, const fs::path& db) {
  std::error_code ignored;
  const fs::path migrate = db == folder ? db / "migrate" : folder;
  return fs::is_directory(migrate, ignored) ? migrate : fs::path();
}

int line_of(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

// The versions of ('20240101000000'), ('20240102000000'); in their order.
std::vector<Version> versions_in(std::string_view text) {
  const std::size_t start = text.rfind(insert);
  if (start == std::string_view::npos)
    throw MigrationError(structure_file, 0,
                         "holds no list of versions, INSERT INTO \"schema_migrations\": dump it anew by "
                         "`bin/rails db:schema:dump`");
  std::vector<Version> versions;
  std::string_view list = text.substr(start + insert.size());
  list = list.substr(0, list.find(';'));
  for (std::size_t open = list.find('\''); open != std::string_view::npos; open = list.find('\'', open)) {
    const std::size_t close = std::min(list.find('\'', open + 1), list.size());
    const std::string_view version = list.substr(open + 1, close - open - 1);
    if (!is_digits(version))
      throw MigrationError(structure_file, line_of(text, start), "lists a version that is not digits");
    versions.emplace_back(version);
    open = std::min(close + 1, list.size());
  }
  if (versions.empty()) throw MigrationError(structure_file, line_of(text, start), "lists no version");
  std::ranges::sort(versions);
  return versions;
}

// "20240101000000" -> "create_users", of the files in Ruby.
std::map<std::string, std::string> names_of(const fs::path& migrate) {
  std::map<std::string, std::string> names;
  if (migrate.empty()) return names;
  for (const std::string& file : Folder(migrate).files(is_ruby_migration)) {
    const std::string digits = leading_digits(file);
    names[std::string(significant_digits(digits))] = file.substr(digits.size() + 1, file.size() - digits.size() - 4);
  }
  return names;
}

void refuse_later_ruby(const fs::path& folder, const std::map<std::string, std::string>& names,
                       const std::vector<Version>& versions) {
  std::vector<std::string> later;
  for (const auto& [digits, name] : names)
    if (!std::ranges::binary_search(versions, Version(digits))) later.push_back(digits + "_" + name + ".rb");
  if (!later.empty())
    throw MigrationError(folder.string(), 0,
                         "these migrations are Ruby and structure.sql does not hold them: " + joined(later) +
                             "; run them by `drydock migrate -- bin/rails db:migrate`, which dumps it anew");
}

}  // namespace

bool RailsFormat::recognises(const Folder& folder) const {
  const fs::path db = db_folder_of(folder);
  if (db.empty()) return false;
  try {
    return text_of_file(db / structure_file, structure_file).find(insert) != std::string::npos;
  } catch (const MigrationError&) {
    return false;  // whatever it is, reading it says what is wrong
  }
}

std::vector<MigrationFile> RailsFormat::read(const Folder& folder, const FormatContext& /*context*/) const {
  const fs::path db = db_folder_of(folder);
  if (db.empty())
    throw MigrationError(folder.path().string(), 0, "holds no structure.sql, nor does the folder above it");
  MigrationFile baseline;
  baseline.kind = MigrationKind::baseline;
  baseline.path = db / structure_file;
  baseline.file = baseline.path.lexically_proximate(folder.path()).string();
  baseline.name = "structure";
  std::string text = text_of_file(baseline.path, baseline.file);
  const std::vector<Version> versions = versions_in(text);
  const std::map<std::string, std::string> names = names_of(migrate_folder(folder.path(), db));
  refuse_later_ruby(folder.path(), names, versions);
  BaselineHeader header;
  for (const Version& version : versions) {
    const auto name = names.find(std::string(version.significant()));
    // No database has them from here: what Rails ran was Ruby, and has no sum that could be compared.
    header.replaces.push_back({version, sha256(""), name == names.end() ? "migration" : name->second});
  }
  header.through = versions.back();
  baseline.version = header.through;
  baseline.recorded_as = header.through.text();
  baseline.baseline = std::move(header);
  set_text(baseline, std::move(text));
  return {std::move(baseline)};
}

std::vector<NewFile> RailsFormat::next_files(const std::vector<MigrationFile>& /*existing*/,
                                             std::string_view name) const {
  throw MigrationError(std::string(name), 0,
                       "a migration of Rails is Ruby: make it by `bin/rails generate migration`, and run it by "
                       "`drydock migrate -- bin/rails db:migrate`");
}

}  // namespace drydock
