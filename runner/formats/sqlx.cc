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

bool mentions_sqlx(const fs::path& file) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("sqlx")) return true;
  return false;
}

}  // namespace

// Nothing in the folder tells it from one of drydock's own or of golang-migrate's, and all three read it the same way.
// What lies beside it may: sqlx's own files, or a manifest that depends on it.
bool SqlxFormat::recognises(const fs::path& folder) const {
  std::error_code error;
  const fs::path beside = fs::absolute(folder, error).lexically_normal() / "..";
  const bool tells = fs::exists(beside / "sqlx.toml", error) || fs::exists(beside / ".sqlx", error) ||
                     mentions_sqlx(beside / "Cargo.toml");
  return tells && find_file(folder, is_migration) &&
         !find_file(folder, [](std::string_view file) { return ends_in_sql(file) && !is_migration(file); });
}

std::vector<MigrationFile> SqlxFormat::read(const fs::path& folder, const FormatContext& /*context*/) const {
  const std::vector<std::string> files = list_files(folder);
  refuse_misfits(folder, files, is_migration, "<digits>_<name>.sql, or <digits>_<name>.up.sql and .down.sql");
  UpAndDown pairs(folder);
  for (const std::string& file : files) pairs.add(file, *parse_name(file));
  return pairs.take();
}

std::vector<NewFile> SqlxFormat::next_files(const std::vector<MigrationFile>& existing, std::string_view name) const {
  const std::string version = next_version(existing, utc_timestamp());
  if (!existing.empty() && parse_directed(existing.back().file)) return next_up_and_down(version, name);
  return {{.file = version + "_" + file_name_of(name) + ".sql", .text = "-- " + std::string(name) + "\n\n"}};
}

}  // namespace drydock
