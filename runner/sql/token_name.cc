#include "runner/sql/token_name.h"

namespace drydock {
namespace {

std::string without_quotes(std::string_view quoted) {
  std::string name;
  const char quote = quoted.back();
  const std::string_view inner = quoted.substr(1, quoted.size() - 2);
  for (std::size_t at = 0; at < inner.size(); ++at) {
    name += inner[at];
    if (inner[at] == quote) ++at;  // written twice
  }
  return name;
}

}  // namespace

std::string name_of(const Token& token, Folding folding) {
  const bool is_quoted = token.kind == Token::Kind::quoted_word || token.kind == Token::Kind::string;
  if (is_quoted) return token.text.size() >= 2 ? without_quotes(token.text) : "";
  if (token.kind != Token::Kind::word) return {};
  std::string name(token.text);
  if (folding == Folding::to_lower_case)
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return name;
}

}  // namespace drydock
