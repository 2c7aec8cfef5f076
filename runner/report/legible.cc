#include "runner/report/legible.h"

#include <algorithm>

#include "runner/migration/checksum.h"
#include "runner/report/style.h"

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

bool is_control(unsigned char c) { return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f; }

// U+0080 to U+009F, of which a terminal takes one for the beginning of a sequence.
bool is_c1(std::string_view rest) {
  return rest.size() > 1 && rest[0] == '\xc2' && static_cast<unsigned char>(rest[1]) >= 0x80 &&
         static_cast<unsigned char>(rest[1]) <= 0x9f;
}

// The length of a sequence that Style makes; 0: there is none. A name may hold others, which could hide it.
std::size_t paint_at(std::string_view rest) {
  const auto begins = [rest](std::string_view sequence) { return rest.starts_with(sequence); };
  const auto found = std::ranges::find_if(Style::sequences, begins);
  return found == Style::sequences.end() ? 0 : found->size();
}

void append_hexadecimal(std::string& text, unsigned char c) {
  constexpr std::string_view digits = "0123456789abcdef";
  text += "\\x";
  text += digits[c / 16];
  text += digits[c % 16];
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

std::string visible(std::string_view text, bool painted) {
  std::string seen;
  seen.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = painted ? paint_at(text) : 0;
    if (taken > 0) {
      seen += text.substr(0, taken);
    } else if (is_c1(text)) {
      taken = 2;
      append_hexadecimal(seen, static_cast<unsigned char>(text[1]));
    } else {
      taken = 1;
      if (is_control(static_cast<unsigned char>(text[0])))
        append_hexadecimal(seen, static_cast<unsigned char>(text[0]));
      else
        seen += text[0];
    }
    text.remove_prefix(taken);
  }
  return seen;
}

}  // namespace drydock
