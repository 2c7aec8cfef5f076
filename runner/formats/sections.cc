#include "runner/formats/sections.h"

#include <algorithm>
#include <utility>

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t\f\v";

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::optional<Line> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  const Line line{rest_.substr(0, end), ++number_};
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return line;
}

void SectionText::add(const Line& line) {
  text_.append(static_cast<std::size_t>(line.number - 1 - lines_), '\n');
  text_.append(line.text);
  text_ += '\n';
  lines_ = line.number;
  if (!holds_anything_) holds_anything_ = line.text.find_first_not_of(blanks) != std::string_view::npos;
}

std::string SectionText::take() {
  lines_ = 0;
  holds_anything_ = false;
  return std::exchange(text_, {});
}

int first_line_with_sql(std::string_view text) {
  std::size_t at = 0;
  for (;;) {
    at = std::min(text.find_first_not_of(" \t\f\v\n", at), text.size());
    const std::string_view two = text.substr(at, 2);
    if (two != "--" && two != "/*") break;
    const std::string_view end = two == "--" ? "\n" : "*/";
    const std::size_t found = text.find(end, at + 2);
    at = found == std::string_view::npos ? text.size() : found + end.size();
  }
  return at == text.size() ? 0 : 1 + static_cast<int>(std::ranges::count(text.substr(0, at), '\n'));
}

std::string_view trimmed_end(std::string_view text) {
  const std::size_t last = text.find_last_not_of(blanks);
  return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return trimmed_end(text);
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(blanks));
  text.remove_prefix(word.size());
  text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
  return word;
}

bool same_word(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) { return lowered(a) == lowered(b); });
}

}  // namespace drydock
