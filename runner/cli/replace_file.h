// Writing a whole file so that nobody ever reads half of it.
#pragma once

#include <filesystem>
#include <string>

namespace drydock {

// Writes beside the file and renames, so that a full disk leaves the old one. Throws Failure (exit 1) where it cannot.
void replace_file(const std::filesystem::path& file, const std::string& text);

}  // namespace drydock
