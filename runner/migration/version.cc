#include "runner/migration/version.h"

#include <algorithm>

namespace drydock {

Version::Version(std::string_view text) : text_(text) {}

std::string_view Version::significant() const {
  const std::string_view digits = text_;
  if (digits.empty()) return digits;
  return digits.substr(std::min(digits.find_first_not_of('0'), digits.size() - 1));
}

// Numbers without leading zeros: the longer one is greater, and those of one length compare as text.
std::strong_ordering Version::operator<=>(const Version& other) const {
  const std::string_view left = significant();
  const std::string_view right = other.significant();
  if (const auto by_length = left.size() <=> right.size(); by_length != 0) return by_length;
  return left <=> right;
}

bool Version::operator==(const Version& other) const { return significant() == other.significant(); }

}  // namespace drydock
