// What git would do with a file of a work tree.
#pragma once

#include <filesystem>
#include <string>

namespace drydock {

// How the file stands to git, as the rest of a sentence that begins with its name; "" where it is ignored by a rule
// that is committed. Asks the program git, once or twice; without it only that it lies there is known. REQUIRES: it
// lies in that work tree.
std::string danger_in_work_tree(const std::filesystem::path& file, const std::filesystem::path& tree);

}  // namespace drydock
