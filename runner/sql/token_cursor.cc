#include "runner/sql/token_cursor.h"

#include <algorithm>

#include "runner/sql/cutter.h"

namespace drydock {

TokenCursor::TokenCursor(std::string_view statement, Dialect dialect)
    : tokens_(tokenize(statement, dialect)),
      folding_(dialect == Dialect::postgres ? Folding::to_lower_case : Folding::none) {
  std::erase_if(tokens_, is_comment);
}

const Token& TokenCursor::ahead(std::size_t count) const {
  static const Token end{.kind = Token::Kind::symbol, .text = ""};
  return at_ + count < tokens_.size() ? tokens_[at_ + count] : end;
}

bool TokenCursor::is(std::string_view upper) const { return is_word(token(), upper); }

bool TokenCursor::is_any(std::initializer_list<std::string_view> upper) const {
  return std::ranges::any_of(upper, [this](std::string_view word) { return is(word); });
}

bool TokenCursor::is(char symbol) const { return is_symbol(token(), symbol); }

bool TokenCursor::skip(std::string_view upper) {
  if (!is(upper)) return false;
  next();
  return true;
}

bool TokenCursor::skip(std::initializer_list<std::string_view> upper) {
  std::size_t count = 0;
  for (const std::string_view word : upper)
    if (!is_word(ahead(count++), word)) return false;
  at_ += count;
  return true;
}

void TokenCursor::skip_any(std::initializer_list<std::string_view> upper) {
  while (is_any(upper)) next();
}

void TokenCursor::next_outside() {
  int depth = 0;
  do {
    if (is('(')) ++depth;
    if (is(')')) --depth;
    next();
  } while (depth > 0 && !at_end());
}

std::string TokenCursor::name() {
  std::string name = name_of(token(), folding_);
  if (!name.empty()) next();
  return name;
}

TableName TokenCursor::table() {
  TableName table{"", name()};
  while (!table.empty() && is('.')) {
    next();
    table.schema = table.name;
    table.name = name();
  }
  return table;
}

}  // namespace drydock
