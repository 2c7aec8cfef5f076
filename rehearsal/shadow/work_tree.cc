#include "rehearsal/shadow/work_tree.h"

namespace drydock {

namespace fs = std::filesystem;

std::optional<fs::path> work_tree_around(const fs::path& directory) {
  std::error_code error;
  fs::path at = fs::weakly_canonical(fs::absolute(directory), error);
  for (; !error && !at.empty(); at = at.parent_path()) {
    if (fs::exists(at / ".git", error)) return at;
    if (at == at.root_path()) break;
  }
  return std::nullopt;
}

}  // namespace drydock
