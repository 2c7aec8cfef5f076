// PostgreSQL's statements end as psql ends them, SQLite's as sqlite3_complete() does.
#include "runner/sql/cutter.h"

#include <algorithm>
#include <array>
#include <string>

#include "runner/sql/scanner.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

// Follows one statement of PostgreSQL token by token. Semicolons in parentheses (CREATE RULE) and in BEGIN ATOMIC
// bodies do not end it.
class PostgresBorder {
 public:
  bool ends_with(const Token& token) {
    if (is_symbol(token, ';')) return parentheses_ == 0 && atomic_ == 0;
    if (is_symbol(token, '(')) ++parentheses_;
    if (is_symbol(token, ')') && parentheses_ > 0) --parentheses_;
    if (token.kind == Token::Kind::word) follow_word(token);
    if (count_ < first_.size()) first_[count_++] = token;
    previous_ = token;
    return false;
  }

  bool awaits_data() const { return from_stdin_; }

 private:
  void follow_word(const Token& token) {
    if (atomic_ > 0) return follow_body(token);
    if (parentheses_ > 0) return;
    if (is_word(token, "ATOMIC") && is_word(previous_, "BEGIN") && creates_routine()) atomic_ = 1;
    const bool client = is_word(token, "STDIN") || is_word(token, "STDOUT");
    if (client && is_word(previous_, "FROM") && is_word(first_[0], "COPY")) from_stdin_ = true;
  }

  // CASE has an END of its own. After a dot or AS both words are names.
  void follow_body(const Token& token) {
    if (is_symbol(previous_, '.') || is_word(previous_, "AS")) return;
    if (is_word(token, "CASE")) ++atomic_;
    if (is_word(token, "END")) --atomic_;
  }

  bool creates_routine() const {
    const bool replaces = is_word(first_[1], "OR") && is_word(first_[2], "REPLACE");
    const Token& kind = first_[replaces ? 3 : 1];
    return is_word(first_[0], "CREATE") && (is_word(kind, "FUNCTION") || is_word(kind, "PROCEDURE"));
  }

  std::array<Token, 4> first_{};
  std::size_t count_ = 0;
  Token previous_{};
  int parentheses_ = 0;
  int atomic_ = 0;  // BEGIN ATOMIC and the CASEs that are open
  bool from_stdin_ = false;
};

// The state machine of sqlite3_complete(): a trigger ends at "; END ;" alone, so that CASE ... END does not end it.
class SqliteBorder {
 public:
  bool ends_with(const Token& token) {
    state_ = step(token);
    return state_ == State::start;
  }

  bool awaits_data() const { return false; }

 private:
  enum class State { start, normal, explain, create, trigger, semicolon, end };

  State step(const Token& token) const {
    const bool semicolon = is_symbol(token, ';');
    switch (state_) {
      case State::trigger:
        return semicolon ? State::semicolon : State::trigger;
      case State::semicolon:
        return semicolon ? State::semicolon : is_word(token, "END") ? State::end : State::trigger;
      case State::end:
        return semicolon ? State::start : State::trigger;
      default:
        return semicolon ? State::start : step_before_body(token);
    }
  }

  State step_before_body(const Token& token) const {
    const bool may_create = state_ == State::start || state_ == State::explain;
    if (may_create && is_word(token, "CREATE")) return State::create;
    if (state_ == State::start && is_word(token, "EXPLAIN")) return State::explain;
    if (state_ == State::explain && (is_word(token, "QUERY") || is_word(token, "PLAN"))) return State::explain;
    if (state_ != State::create) return State::normal;
    if (is_word(token, "TRIGGER")) return State::trigger;
    return is_word(token, "TEMP") || is_word(token, "TEMPORARY") ? State::create : State::normal;
  }

  State state_ = State::start;
};

std::string what_is_open(const Token& token) {
  switch (token.kind) {
    case Token::Kind::block_comment:
      return "a comment (/*) is not closed";
    case Token::Kind::quoted_word:
      return "a quoted name is not closed";
    default:
      return "a string is not closed";
  }
}

// One pass over a text with the rules of one dialect.
template <typename Border>
class Cutter {
 public:
  Cutter(std::string_view text, Dialect dialect) : scanner_(text, dialect), dialect_(dialect) {}

  std::vector<Piece> run() {
    while (!scanner_.at_end()) pieces_.push_back(next_piece());
    return std::move(pieces_);
  }

 private:
  Piece next_piece() {
    Piece piece;
    Border border;
    int first_line = 0;
    for (Token token; scanner_.next(token);) {
      if (!token.terminated) throw SqlTextError(token.line, what_is_open(token));
      if (dialect_ == Dialect::postgres && is_symbol(token, '\\')) {
        piece.psql_line = psql_line(token, first_line > 0);
        return piece;
      }
      piece.tokens.push_back(token);
      if (is_comment(token)) continue;
      if (first_line == 0) first_line = token.line;
      if (border.ends_with(token)) break;
    }
    if (border.awaits_data()) piece.copy_data = copy_data(first_line);
    return piece;
  }

  // psql would obey it; a server would not. pg_dump's own pair changes nothing, so that it may stand.
  std::string_view psql_line(const Token& backslash, bool inside_statement) {
    const std::string_view rest = scanner_.rest_of_line();
    const std::string_view command = rest.substr(0, rest.find_first_of(" \t;"));
    if (!inside_statement && (command == "restrict" || command == "unrestrict"))
      return {backslash.text.data(), rest.size() + 1};
    throw SqlTextError(backslash.line, "\\" + std::string(command) +
                                           " is a command of psql, not SQL: take it out, or write what it does in SQL");
  }

  std::string_view copy_data(int line) {
    const std::string_view behind = scanner_.rest_of_line();
    const std::size_t text = behind.find_first_not_of(" \t");
    if (text != std::string_view::npos && !behind.substr(text).starts_with("--"))
      throw SqlTextError(line, "the data of COPY ... FROM stdin has to begin on the line after its semicolon");
    const char* begin = behind.data() + behind.size();
    for (bool first = true; !scanner_.at_end(); first = false) {
      const std::string_view data_line = scanner_.rest_of_line();
      if (first) begin = data_line.data();
      if (data_line == "\\.") return {begin, static_cast<std::size_t>(data_line.data() - begin)};
    }
    throw SqlTextError(line, "the data of COPY ... FROM stdin has no end: no line \"\\.\" follows it");
  }

  Scanner scanner_;
  Dialect dialect_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> cut(std::string_view text, Dialect dialect) {
  if (dialect == Dialect::postgres) return Cutter<PostgresBorder>(text, dialect).run();
  return Cutter<SqliteBorder>(text, dialect).run();
}

bool is_word(const Token& token, std::string_view upper) {
  return token.kind == Token::Kind::word && std::ranges::equal(token.text, upper, [](char a, char b) {
           return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
         });
}

bool is_comment(const Token& token) {
  return token.kind == Token::Kind::line_comment || token.kind == Token::Kind::block_comment;
}

bool is_symbol(const Token& token, char symbol) {
  return token.kind == Token::Kind::symbol && token.text.front() == symbol;
}

}  // namespace drydock
