#include "runner/formats/delimiter.h"

#include <algorithm>

#include "runner/sql/lexer.h"

namespace drydock {
namespace {

bool hides_delimiters(const Token& token) {
  using Kind = Token::Kind;
  return token.kind == Kind::string || token.kind == Kind::quoted_word || token.kind == Kind::line_comment ||
         token.kind == Kind::block_comment;
}

bool in_a_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A delimiter that is a word ("GO") does not stand inside a longer one.
std::size_t find_delimiter(std::string_view text, std::string_view delimiter, std::size_t from) {
  for (;;) {
    const std::size_t found = text.find(delimiter, from);
    if (found == std::string_view::npos) return found;
    const std::size_t end = found + delimiter.size();
    const bool left = found > 0 && in_a_word(text[found - 1]) && in_a_word(delimiter.front());
    const bool right = end < text.size() && in_a_word(text[end]) && in_a_word(delimiter.back());
    if (!left && !right) return found;
    from = end;
  }
}

}  // namespace

std::string unescaped(std::string_view delimiter) {
  std::string text;
  for (std::size_t at = 0; at < delimiter.size(); ++at) {
    const char next = delimiter[at] == '\\' && at + 1 < delimiter.size() ? delimiter[at + 1] : '\0';
    const char meant = next == 'n' ? '\n' : next == 'r' ? '\r' : next == 't' ? '\t' : '\0';
    text += meant == '\0' ? delimiter[at] : meant;
    if (meant != '\0') ++at;
  }
  return text;
}

std::string with_semicolons(std::string_view text, std::string_view delimiter, Dialect dialect) {
  const std::string mark = ";" + std::string(static_cast<std::size_t>(std::ranges::count(delimiter, '\n')), '\n');
  std::string result;
  std::size_t at = 0;
  const auto copy_until = [&](std::size_t end) {
    while (at < end) {
      const std::size_t found = std::min(find_delimiter(text, delimiter, at), end);
      result.append(text.substr(at, found - at));
      at = found;
      if (found == end) return;
      result += mark;
      at += delimiter.size();
    }
  };
  for (const Token& token : tokenize(text, dialect)) {
    if (!hides_delimiters(token)) continue;
    copy_until(token.offset);
    if (token.offset < at) continue;
    result.append(token.text.starts_with(delimiter) ? std::string_view(mark) : token.text);
    at = token.offset + token.text.size();
  }
  copy_until(text.size());
  return result;
}

}  // namespace drydock
