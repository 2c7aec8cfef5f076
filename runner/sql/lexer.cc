// The whole text at once; the rules stand in scanner.cc.
#include "runner/sql/lexer.h"

#include "runner/sql/cutter.h"
#include "runner/sql/scanner.h"

namespace drydock {
namespace {

void append(std::string& joined, std::string_view text) {
  if (!joined.empty()) joined += ' ';
  joined += text;
}

}  // namespace

std::vector<Token> tokenize(std::string_view text, Dialect dialect) {
  std::vector<Token> tokens;
  Scanner scanner(text, dialect);
  for (Token token; scanner.next(token);) tokens.push_back(token);
  return tokens;
}

std::string significant_text(std::string_view text, Dialect dialect) {
  std::string joined;
  joined.reserve(text.size());
  for (const Piece& piece : cut(text, dialect)) {
    for (const Token& token : piece.tokens)
      if (!is_comment(token)) append(joined, token.text);
    if (piece.copy_data) append(joined, *piece.copy_data);
    if (!piece.psql_line.empty()) append(joined, piece.psql_line);
  }
  return joined;
}

}  // namespace drydock
