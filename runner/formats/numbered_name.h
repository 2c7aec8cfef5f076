// "<digits>_<name>.sql": the file name that most tools share.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace drydock {

struct NumberedName {
  std::string_view version;  // the digits, leading zeros included
  std::string_view name;     // never empty
};

// nullopt for any other name, and for one that is not UTF-8. The ending is spelled as it is given.
std::optional<NumberedName> parse_numbered(std::string_view file, std::string_view ending = ".sql");

// The digits as a tool stores them that keeps a number.
std::string as_number(std::string_view digits);

}  // namespace drydock
