#include "runner/sql/joined.h"

namespace drydock {

std::string joined(const std::vector<std::string>& parts, const std::string& by, const std::string& none) {
  if (parts.empty()) return none;
  std::string text = parts.front();
  for (std::size_t at = 1; at < parts.size(); ++at) text += by + parts[at];
  return text;
}

}  // namespace drydock
