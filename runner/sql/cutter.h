// Where one statement ends and the next begins. The cutter gives the pieces of a text with all their tokens, so that
// splitting, the checksum of the tokens and the reading of directives agree on what is SQL and what is data.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/lexer.h"

namespace drydock {

// The tokens up to and with the semicolon that ends a statement, or up to the end of the text. A piece may hold
// nothing but comments.
struct Piece {
  std::vector<Token> tokens;
  std::optional<std::string_view> copy_data;  // of COPY ... FROM stdin: the lines before "\."
  std::string_view psql_line;                 // "\restrict KEY" or "\unrestrict KEY", which follows the tokens
};

// All pieces in order. Throws SqlTextError (runner/sql/splitter.h).
std::vector<Piece> cut(std::string_view text, Dialect dialect);

// Without regard to case; `upper` is in upper case.
bool is_word(const Token& token, std::string_view upper);
bool is_comment(const Token& token);
bool is_symbol(const Token& token, char symbol);

}  // namespace drydock
