// From pieces to statements: what is left when comments around them and empty ones are taken away.
#include "runner/sql/splitter.h"

#include "runner/sql/classify.h"
#include "runner/sql/cutter.h"

namespace drydock {
namespace {

// The tokens from the first to the last that are part of the statement; nullptrs where there are none.
struct Extent {
  const Token* first = nullptr;
  const Token* last = nullptr;
};

Extent extent_of(const Piece& piece) {
  Extent extent;
  for (const Token& token : piece.tokens) {
    // The semicolon that ends the piece is its last token; those before it belong to a body.
    if (is_comment(token) || (&token == &piece.tokens.back() && is_symbol(token, ';'))) continue;
    if (extent.first == nullptr) extent.first = &token;
    extent.last = &token;
  }
  return extent;
}

// ".read other.sql" would be obeyed by the sqlite3 shell and is a syntax error to SQLite.
void refuse_shell_command(const Token& first, Dialect dialect) {
  if (dialect == Dialect::sqlite && is_symbol(first, '.'))
    throw SqlTextError(first.line, "a line that begins with a dot is a command of the sqlite3 shell, not SQL");
}

}  // namespace

std::vector<Statement> split_statements(std::string_view text, Dialect dialect) {
  std::vector<Statement> statements;
  for (const Piece& piece : cut(text, dialect)) {
    const auto [first, last] = extent_of(piece);
    if (first == nullptr) continue;
    refuse_shell_command(*first, dialect);
    Statement statement;
    statement.text = text.substr(first->offset, last->offset + last->text.size() - first->offset);
    statement.line = first->line;
    if (piece.copy_data) statement.copy_data = std::string(*piece.copy_data);
    statement.traits = classify(statement.text, dialect);
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace drydock
