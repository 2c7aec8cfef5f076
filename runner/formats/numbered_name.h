// "<digits>_<name>.sql": the file name that most tools share.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "runner/migration/migration.h"

namespace drydock {

struct NumberedName {
  std::string_view version;  // the digits, leading zeros included
  std::string_view name;     // never empty
};

// nullopt for any other name, and for one that is not UTF-8. The ending is spelled as it is given.
std::optional<NumberedName> parse_numbered(std::string_view file, std::string_view ending = ".sql");

// The migration that the file is by its name; its text is still to be set. REQUIRES: parse_numbered(file).
MigrationFile numbered_file_in(const std::filesystem::path& folder, const std::string& file);

// The digits as a tool stores them that keeps a number.
std::string as_number(std::string_view digits);

}  // namespace drydock
