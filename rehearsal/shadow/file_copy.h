// Copies the bytes of a file the fastest way that the file system offers: by sharing its blocks (reflink), inside the
// kernel, or through a buffer.
#pragma once

#include <filesystem>

namespace drydock {

// Makes `to` (0600) and copies; returns 0 or an errno. Safe after
// fork(). REQUIRES: `to` does not exist.
int copy_file_bytes(const char* from, const char* to);

// The directory with everything in it. Returns 0 or an errno.
int copy_directory(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace drydock
