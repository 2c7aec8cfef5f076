// The leading words of one statement: enough to name it, and all that SQLite, or a statement newer than this build's
// grammar of PostgreSQL, is judged by.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/lexer.h"

namespace drydock {

// The first tokens of a statement without comments. Views into the statement, which must outlive it.
class Words {
 public:
  // No statement that is told by its words needs more of them; the long ones (INSERT) are told by the first.
  static constexpr std::size_t most_tokens = 400;

  Words(std::string_view statement, Dialect dialect);

  // The token in upper case where it is a word without quotes, else "".
  std::string at(std::size_t index) const;
  const Token* token(std::size_t index) const { return index < tokens_.size() ? &tokens_[index] : nullptr; }
  bool starts(std::initializer_list<std::string_view> words) const;
  bool contains(std::string_view upper) const;
  // The tokens from `index` on as text: "ISOLATION LEVEL SERIALIZABLE, READ ONLY".
  std::string joined_from(std::size_t index) const;
  // "CREATE TABLE", "INSERT": modifiers (OR REPLACE, UNIQUE, TEMP ...) left out, WITH looked through.
  std::string tag() const;

 private:
  std::string tag_of_with() const;

  std::string_view statement_;
  Dialect dialect_;
  std::vector<Token> tokens_;
};

}  // namespace drydock
