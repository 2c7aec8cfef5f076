// Reads SQL text token by token. Whoever cuts text into statements needs to stop in between, since COPY data and
// psql's lines follow other rules than SQL; tokenize() in lexer.h is the whole text at once.
#pragma once

#include <string_view>

#include "runner/sql/dialect.h"
#include "runner/sql/lexer.h"

namespace drydock {

// Lives on the stack of one pass over a text, which must outlive it. Never throws.
class Scanner {
 public:
  Scanner(std::string_view text, Dialect dialect) : text_(text), dialect_(dialect) {}

  // The next token, comments included; false at the end of the text.
  bool next(Token& token);
  // The text from here to the end of the line, without its newline; goes on behind it.
  std::string_view rest_of_line();
  bool at_end() const { return at_ >= text_.size(); }

 private:
  enum class Backslash { plain, escapes };

  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool starts_with(std::string_view what) const { return text_.substr(at_).starts_with(what); }
  void skip_space();
  // Each moves behind one token and returns its kind; terminated_ says whether its end was found.
  Token::Kind take();
  Token::Kind take_line_comment();
  Token::Kind take_block_comment();
  Token::Kind take_word();
  Token::Kind take_number();
  void take_quoted(char quote, Backslash backslash);
  bool take_dollar_quote();
  bool take_prefixed_literal(Token::Kind& kind);

  std::string_view text_;
  Dialect dialect_;
  std::size_t at_ = 0;
  int line_ = 1;
  bool terminated_ = true;
  // An E'' string just ended: one that follows after a newline continues it, backslash escapes included.
  bool after_escapes_ = false;
  bool newline_since_ = false;
  bool continues_escapes_ = false;
};

}  // namespace drydock
