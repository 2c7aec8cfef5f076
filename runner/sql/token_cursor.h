// Walks over the tokens of one statement, comments left out: for what a few words tell.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/lexer.h"
#include "runner/sql/statement_facts.h"
#include "runner/sql/token_name.h"

namespace drydock {

// Views into the statement, which must outlive it. Behind the end every token is an empty symbol.
class TokenCursor {
 public:
  TokenCursor(std::string_view statement, Dialect dialect);

  bool at_end() const { return at_ >= tokens_.size(); }
  const Token& token() const { return ahead(0); }
  const Token& ahead(std::size_t count) const;
  bool is(std::string_view upper) const;
  bool is_any(std::initializer_list<std::string_view> upper) const;
  bool is(char symbol) const;
  // Moves behind the token if it is that word; behind all of them, or none.
  bool skip(std::string_view upper);
  bool skip(std::initializer_list<std::string_view> upper);
  void skip_any(std::initializer_list<std::string_view> upper);
  void next() { ++at_; }
  // Moves behind the token, and behind its parenthesis where it opens one.
  void next_outside();
  // A name, and one with its schema; empty where there is none.
  std::string name();
  TableName table();

 private:
  std::vector<Token> tokens_;
  Folding folding_;
  std::size_t at_ = 0;
};

}  // namespace drydock
