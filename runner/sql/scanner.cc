// The rules of PostgreSQL's scan.l and SQLite's tokenize.c, as far as they decide where a token ends.
#include "runner/sql/scanner.h"

#include <algorithm>

namespace drydock {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// Both dialects let a dollar sign stand inside a word, which keeps a$b$c from opening a dollar quote.
bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int newlines_in(std::string_view text) { return static_cast<int>(std::ranges::count(text, '\n')); }

}  // namespace

bool Scanner::next(Token& token) {
  skip_space();
  if (at_end()) return false;
  const std::size_t start = at_;
  const bool escapes_before = after_escapes_;
  continues_escapes_ = escapes_before && newline_since_;
  after_escapes_ = false;
  terminated_ = true;
  token.kind = take();
  token.text = text_.substr(start, at_ - start);
  token.offset = start;
  token.line = line_;
  token.terminated = terminated_;
  line_ += newlines_in(token.text);
  if (token.kind == Token::Kind::line_comment) {
    after_escapes_ = escapes_before;
  } else {
    newline_since_ = false;
  }
  return true;
}

std::string_view Scanner::rest_of_line() {
  const std::size_t start = at_;
  const std::size_t newline = std::min(text_.find('\n', start), text_.size());
  at_ = newline;
  if (!at_end()) {
    ++at_;
    ++line_;
  }
  return text_.substr(start, newline - start);
}

void Scanner::skip_space() {
  for (; !at_end() && is_space(peek()); ++at_) {
    if (peek() != '\n') continue;
    ++line_;
    newline_since_ = true;
  }
}

Token::Kind Scanner::take() {
  if (starts_with("--")) return take_line_comment();
  if (starts_with("/*")) return take_block_comment();
  const char c = peek();
  Token::Kind kind{};
  if (take_prefixed_literal(kind)) return kind;
  if (starts_word(c)) return take_word();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return take_number();
  if (c == '\'') {
    after_escapes_ = continues_escapes_;
    take_quoted('\'', continues_escapes_ ? Backslash::escapes : Backslash::plain);
    return Token::Kind::string;
  }
  if (c == '"' || (dialect_ == Dialect::sqlite && (c == '`' || c == '['))) {
    take_quoted(c == '[' ? ']' : c, Backslash::plain);
    return Token::Kind::quoted_word;
  }
  if (c == '$' && dialect_ == Dialect::postgres && take_dollar_quote()) return Token::Kind::string;
  ++at_;
  return Token::Kind::symbol;
}

Token::Kind Scanner::take_line_comment() {
  at_ = std::min(text_.find('\n', at_), text_.size());
  return Token::Kind::line_comment;
}

Token::Kind Scanner::take_block_comment() {
  int depth = 0;
  while (!at_end()) {
    if (starts_with("/*") && (depth == 0 || dialect_ == Dialect::postgres)) {
      ++depth;
      at_ += 2;
    } else if (starts_with("*/")) {
      at_ += 2;
      if (--depth == 0) return Token::Kind::block_comment;
    } else {
      ++at_;
    }
  }
  terminated_ = false;
  return Token::Kind::block_comment;
}

Token::Kind Scanner::take_word() {
  while (!at_end() && continues_word(peek())) ++at_;
  return Token::Kind::word;
}

Token::Kind Scanner::take_number() {
  while (is_digit(peek()) || starts_word(peek()) || peek() == '.') {
    const bool exponent = lower(peek()) == 'e' && (peek(1) == '+' || peek(1) == '-') && is_digit(peek(2));
    at_ += exponent ? 2 : 1;
  }
  return Token::Kind::number;
}

// REQUIRES: an opening quote stands here; ']' stands for the pair [ ].
void Scanner::take_quoted(char quote, Backslash backslash) {
  for (++at_; !at_end(); ++at_) {
    if (backslash == Backslash::escapes && peek() == '\\') {
      at_ = std::min(at_ + 1, text_.size() - 1);
    } else if (peek() == quote) {
      if (quote == ']' || peek(1) != quote) {
        ++at_;
        return;
      }
      ++at_;
    }
  }
  terminated_ = false;
}

// $tag$ ... $tag$; false where the dollar sign opens none, as in $1.
bool Scanner::take_dollar_quote() {
  std::size_t end = at_ + 1;
  while (end < text_.size() && text_[end] != '$') {
    const char c = text_[end];
    if (!starts_word(c) && !(is_digit(c) && end > at_ + 1)) return false;
    ++end;
  }
  if (end >= text_.size()) return false;
  const std::string_view tag = text_.substr(at_, end + 1 - at_);
  const std::size_t close = text_.find(tag, end + 1);
  terminated_ = close != std::string_view::npos;
  at_ = terminated_ ? close + tag.size() : text_.size();
  return true;
}

// E'', B'', X'', N'', U&'' and U&"" in PostgreSQL, x'' in SQLite.
bool Scanner::take_prefixed_literal(Token::Kind& kind) {
  const char prefix = lower(peek());
  const bool postgres = dialect_ == Dialect::postgres;
  if (postgres && prefix == 'u' && peek(1) == '&' && (peek(2) == '\'' || peek(2) == '"')) {
    kind = peek(2) == '"' ? Token::Kind::quoted_word : Token::Kind::string;
    at_ += 2;
    take_quoted(peek(), Backslash::plain);
    return true;
  }
  const std::string_view prefixes = postgres ? "ebxn" : "x";
  if (peek(1) != '\'' || prefixes.find(prefix) == std::string_view::npos) return false;
  kind = Token::Kind::string;
  ++at_;
  take_quoted('\'', prefix == 'e' ? Backslash::escapes : Backslash::plain);
  after_escapes_ = prefix == 'e';
  return true;
}

}  // namespace drydock
