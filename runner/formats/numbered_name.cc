#include "runner/formats/numbered_name.h"

#include "runner/formats/migration_text.h"
#include "runner/migration/checksum.h"
#include "runner/migration/version.h"

namespace drydock {

std::optional<NumberedName> parse_numbered(std::string_view file, std::string_view ending) {
  if (!file.ends_with(ending) || first_invalid_utf8(file) != std::string_view::npos) return std::nullopt;
  file.remove_suffix(ending.size());
  NumberedName parsed;
  parsed.version = file.substr(0, file.find_first_not_of("0123456789"));
  if (parsed.version.empty() || !file.substr(parsed.version.size()).starts_with('_')) return std::nullopt;
  parsed.name = file.substr(parsed.version.size() + 1);
  return parsed.name.empty() ? std::nullopt : std::optional(parsed);
}

MigrationFile numbered_file_in(const std::filesystem::path& folder, const std::string& file) {
  const NumberedName name = *parse_numbered(file);
  MigrationFile migration = file_in(folder, file);
  migration.version = Version(name.version);
  migration.name = name.name;
  migration.recorded_as = as_number(name.version);
  return migration;
}

std::string as_number(std::string_view digits) { return std::string(significant_digits(digits)); }

}  // namespace drydock
