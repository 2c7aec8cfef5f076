// How SQLite compares the names of tables and columns.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// The name with the letters of ASCII, and no others, in lower case.
std::string folded_name(std::string_view name);

}  // namespace drydock
