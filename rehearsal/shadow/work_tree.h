// The git work tree around a place: what lies in one goes with a checkout, a `git clean`, or into a commit.
#pragma once

#include <filesystem>
#include <optional>

namespace drydock {

// The directory with the .git; nullopt where there is none around.
std::optional<std::filesystem::path> work_tree_around(const std::filesystem::path& directory);

}  // namespace drydock
