#include "runner/report/legible.h"

#include <algorithm>

#include "runner/migration/checksum.h"

namespace drydock {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// How many bytes the first character has where it is one that must not stay; 0 where it may. REQUIRES: valid UTF-8, not
// empty.
std::size_t length_of_unwanted(std::string_view text) {
  const auto first = static_cast<unsigned char>(text.front());
  if (first < 0x20) return first == '\t' || first == '\n' || first == '\r' ? 0 : 1;
  if (first == 0x7F) return 1;
  if (first == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) return 2;
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF") ? 3 : 0;
}

void append_legible(std::string_view text, std::string& to) {
  while (!text.empty()) {
    const std::size_t unwanted = length_of_unwanted(text);
    if (unwanted == 0)
      to += text.front();
    else
      to += replacement;
    text.remove_prefix(std::max<std::size_t>(unwanted, 1));
  }
}

}  // namespace

std::string legible(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t valid = std::min(first_invalid_utf8(bytes), bytes.size());
    append_legible(bytes.substr(0, valid), text);
    bytes.remove_prefix(valid);
    if (bytes.empty()) break;
    text += replacement;
    bytes.remove_prefix(1);
  }
  return text;
}

}  // namespace drydock
