// The directories that were not there before throw-away databases were put into them, so that a squash which only looks
// leaves none behind. With the object those go that are empty by then: others use them too.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace drydock {

// REQUIRES: it is made before, and goes after, what lies in them.
class MadeDirectories {
 public:
  // Of the setting and of every place that is chosen without one (shadow_base()).
  explicit MadeDirectories(const std::optional<std::string>& setting);
  ~MadeDirectories();
  MadeDirectories(const MadeDirectories&) = delete;
  MadeDirectories& operator=(const MadeDirectories&) = delete;

 private:
  std::vector<std::filesystem::path> missing_;  // of each place, the inner ones first
};

}  // namespace drydock
