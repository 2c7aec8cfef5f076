// Names in a sentence, columns in a statement: one text of several.
#pragma once

#include <string>
#include <vector>

namespace drydock {

// "a, b, c"; `none` where there is nothing to join.
std::string joined(const std::vector<std::string>& parts, const std::string& by = ", ", const std::string& none = "");

}  // namespace drydock
