// The difference between two texts by lines, in the unified form that people know from their version control: what a
// migration was when it was applied against what its file says now.
#pragma once

#include <string>
#include <string_view>

namespace drydock {

// Empty where the lines are the same. `before_name` and `after_name` stand in the two header lines.
std::string unified_diff(std::string_view before, std::string_view after, std::string_view before_name,
                         std::string_view after_name);

}  // namespace drydock
