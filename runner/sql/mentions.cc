#include "runner/sql/mentions.h"

#include <algorithm>
#include <cctype>
#include <cstddef>

namespace drydock {
namespace {

bool is_of_a_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A comparison for each character of each statement: std::tolower() would be a call for each.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::size_t position_of(std::string_view text, std::string_view word, std::size_t from) {
  const auto same = [](char in_word, char in_text) { return lower(in_text) == in_word; };
  for (; from + word.size() <= text.size(); ++from) {
    if (!same(word.front(), text[from])) continue;
    const std::string_view here = text.substr(from, word.size());
    if (std::equal(word.begin(), word.end(), here.begin(), same)) return from;
  }
  return std::string_view::npos;
}

}  // namespace

bool mentions(std::string_view text, std::string_view word) {
  return position_of(text, word, 0) != std::string_view::npos;
}

bool mentions_word_from(std::string_view text, std::string_view beginning) {
  for (std::size_t at = position_of(text, beginning, 0); at != std::string_view::npos;
       at = position_of(text, beginning, at + 1)) {
    if (at == 0 || !is_of_a_word(text[at - 1])) return true;
  }
  return false;
}

}  // namespace drydock
