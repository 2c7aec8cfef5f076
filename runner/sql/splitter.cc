// From pieces to statements: what is left when comments around them and empty ones are taken away.
#include "runner/sql/splitter.h"

#include "runner/sql/classify.h"
#include "runner/sql/cutter.h"
#include "runner/sql/words.h"

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
    // A semicolon inside of a body has tokens behind it that are part of the statement.
    if (is_comment(token) || is_symbol(token, ';')) continue;
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

// With it off a backslash escapes a quote in every string: the server would see other statements than those cut here.
void refuse_other_strings(const Statement& statement, Dialect dialect) {
  if (dialect != Dialect::postgres || statement.traits.tag != "SET") return;
  const Words words(statement.text, dialect);
  const std::size_t at = words.at(1) == "LOCAL" || words.at(1) == "SESSION" ? 2 : 1;
  if (words.at(at) != "STANDARD_CONFORMING_STRINGS") return;
  const Token* value = words.token(at + 2);  // behind = or TO
  if (value == nullptr) return;
  if (!is_word(*value, "ON") && !is_word(*value, "DEFAULT") && value->text != "'on'")
    throw SqlTextError(statement.line,
                       "drydock reads strings as standard_conforming_strings = on does: leave it on, "
                       "and write E'' strings where backslashes are to count");
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
    refuse_other_strings(statement, dialect);
    statements.push_back(std::move(statement));
  }
  return statements;
}

}  // namespace drydock
