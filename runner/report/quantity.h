// Numbers as people read them in a report: "1 row", "120,331 rows", "12 ms", "9.1 MB".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace drydock {

// "1 row", "3 rows", with separators between thousands. REQUIRES: the plural is formed by an s, or `many` is given.
std::string count_of(std::int64_t number, std::string_view one, std::string_view many = {});
std::string duration_text(double seconds);
std::string size_text(std::int64_t bytes);

}  // namespace drydock
