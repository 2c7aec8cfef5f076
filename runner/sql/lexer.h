// Tokens of SQL text in either dialect, as far as splitting, checksums and directives need them: what is a comment, a
// literal, an identifier, a dollar quote (PostgreSQL), and where each stands. Invalid text never throws: an
// unterminated literal ends at the end of the text and is marked.
//
// Rules: PostgreSQL's scan.l (standard_conforming_strings on: backslashes count in E'' only; comments nest; a dollar
// quote's tag is an identifier) and SQLite's tokenize.c (comments do not nest, [x] and `x` are identifiers).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runner/sql/dialect.h"

namespace drydock {

struct Token {
  enum class Kind {
    word,         // identifiers without quotes, keywords
    quoted_word,  // "x", and [x] and `x` in SQLite, U&"x"
    string,       // 'x', E'x', B'x', U&'x', $tag$x$tag$, x'00' in SQLite
    number,
    symbol,        // an operator or punctuation, one character each; ; and \ included
    line_comment,  // from -- to before the line's end
    block_comment,
  };
  Kind kind{};
  std::string_view text;
  std::size_t offset = 0;
  int line = 1;  // 1-based
  bool terminated = true;
};

// All tokens in order, comments included, white space left out. The views point into `text`.
std::vector<Token> tokenize(std::string_view text, Dialect dialect);

// The tokens without comments, joined by one space: what the checksum of the tokens is made of. Words without quotes
// keep their case (a formatter that changes it changes the checksum), COPY data and psql lines are taken as they are.
std::string significant_text(std::string_view text, Dialect dialect);

}  // namespace drydock
