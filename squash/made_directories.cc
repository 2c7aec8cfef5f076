#include "squash/made_directories.h"

#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {

namespace fs = std::filesystem;

MadeDirectories::MadeDirectories(const std::optional<std::string>& setting) {
  std::error_code error;
  for (const fs::path& base : possible_shadow_bases(setting))
    for (fs::path path = base; path != path.root_path() && !fs::exists(path, error) && !error;
         path = path.parent_path())
      missing_.push_back(path);
}

MadeDirectories::~MadeDirectories() {
  std::error_code ignored;
  for (const fs::path& path : missing_) fs::remove(path, ignored);
}

}  // namespace drydock
