#include "squash/postgres_expression.h"

#include <vector>

#include "runner/sql/cutter.h"

namespace drydock {

namespace {

using Tokens = std::vector<Token>;

// The positions of one cast array's tokens. `end` is the first behind it.
struct CastArray {
  std::vector<std::pair<std::size_t, std::size_t>> elements;
  std::size_t type = 0, type_end = 0, end = 0;
};

bool is(const Tokens& tokens, std::size_t at, std::string_view text) {
  return at < tokens.size() && tokens[at].kind != Token::Kind::string && tokens[at].text == text;
}

// Behind the bracket that closes the one at `open`; adds where the commas between split it.
std::size_t read_elements(const Tokens& tokens, std::size_t open, CastArray& array) {
  int depth = 0;
  std::size_t from = open + 1;
  for (std::size_t i = open; i < tokens.size(); ++i) {
    if (is(tokens, i, "[") || is(tokens, i, "(")) ++depth;
    if (is(tokens, i, "]") || is(tokens, i, ")")) --depth;
    if (depth == 0 || (depth == 1 && is(tokens, i, ","))) {
      array.elements.emplace_back(from, i);
      from = i + 1;
    }
    if (depth == 0) return i + 1;
  }
  return tokens.size();
}

// Whether "(ARRAY[...])::type[]" stands at `at`.
bool read_cast_array(const Tokens& tokens, std::size_t at, CastArray& array) {
  if (!is(tokens, at, "(") || !is(tokens, at + 1, "ARRAY") || !is(tokens, at + 2, "[")) return false;
  const std::size_t closed = read_elements(tokens, at + 2, array);
  if (!is(tokens, closed, ")") || !is(tokens, closed + 1, ":") || !is(tokens, closed + 2, ":")) return false;
  array.type = closed + 3;
  std::size_t i = array.type;
  const auto is_part = [&](const Token& token) {
    return token.kind == Token::Kind::word || token.kind == Token::Kind::quoted_word ||
           token.kind == Token::Kind::number || token.text == "." || token.text == "," || token.text == "(" ||
           (token.text == ")" && is(tokens, i + 1, "["));
  };
  while (i < tokens.size() && is_part(tokens[i])) ++i;
  array.type_end = i;
  array.end = i + 2;
  return i > array.type && is(tokens, i, "[") && is(tokens, i + 1, "]");
}

class Rewriting {
 public:
  explicit Rewriting(const std::string& text) : text_(text), tokens_(tokenize(text, Dialect::postgres)) {}

  std::string all() const {
    if (tokens_.empty()) return text_;
    return text_.substr(0, tokens_.front().offset) + between(0, tokens_.size());
  }

 private:
  std::size_t end_of(std::size_t token) const { return tokens_[token].offset + tokens_[token].text.size(); }

  // The tokens [from, to) with what stands between them, and behind the last up to the next.
  std::string between(std::size_t from, std::size_t to) const {
    std::string result;
    for (std::size_t i = from; i < to;) {
      CastArray array;
      std::size_t next = i + 1;
      if (read_cast_array(tokens_, i, array) && array.end <= to) {
        result += rewritten(array);
        next = array.end;
      } else {
        result += tokens_[i].text;
      }
      const std::size_t gap_ends = next < tokens_.size() ? tokens_[next].offset : text_.size();
      if (next < to || next == tokens_.size()) result += text_.substr(end_of(next - 1), gap_ends - end_of(next - 1));
      i = next;
    }
    return result;
  }

  std::string rewritten(const CastArray& array) const {
    const std::string type = between(array.type, array.type_end);
    std::string result = "ARRAY[";
    for (const auto& [from, to] : array.elements) {
      result += (result.back() == '[' ? "(" : ", (") + between(from, to) + ")::" + type;
    }
    return result + "]";
  }

  const std::string& text_;
  Tokens tokens_;
};

}  // namespace

std::string with_casts_of_elements(const std::string& expression) {
  if (expression.find("(ARRAY[") == std::string::npos) return expression;
  return Rewriting(expression).all();
}

}  // namespace drydock
