#include "runner/sql/words.h"

#include <algorithm>

#include "runner/sql/cutter.h"
#include "runner/sql/scanner.h"

namespace drydock {
namespace {

using WordList = std::initializer_list<std::string_view>;

bool one_of(std::string_view word, WordList list) { return std::ranges::find(list, word) != list.end(); }

bool is_modifier(std::string_view word) {
  return one_of(word, {"OR", "REPLACE", "TEMP", "TEMPORARY", "GLOBAL", "LOCAL", "UNLOGGED", "UNIQUE", "RECURSIVE",
                       "CONSTRAINT", "TRUSTED", "PROCEDURAL", "DEFAULT"});
}

// Objects whose kind is two words: CREATE MATERIALIZED VIEW. USER is one by itself.
bool is_pair(std::string_view word, std::string_view next) {
  return one_of(word, {"MATERIALIZED", "FOREIGN", "EVENT", "ACCESS", "TEXT", "VIRTUAL"}) ||
         (word == "USER" && next == "MAPPING");
}

}  // namespace

Words::Words(std::string_view statement, Dialect dialect) : statement_(statement), dialect_(dialect) {
  Scanner scanner(statement, dialect);
  for (Token token; tokens_.size() < most_tokens && scanner.next(token);)
    if (!is_comment(token)) tokens_.push_back(token);
}

std::string Words::at(std::size_t index) const {
  if (index >= tokens_.size() || tokens_[index].kind != Token::Kind::word) return "";
  std::string word(tokens_[index].text);
  for (char& c : word)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return word;
}

bool Words::starts(WordList words) const {
  std::size_t index = 0;
  return std::ranges::all_of(words, [&](std::string_view word) { return at(index++) == word; });
}

bool Words::contains(std::string_view upper) const {
  return std::ranges::any_of(tokens_, [&](const Token& token) { return is_word(token, upper); });
}

std::string Words::joined_from(std::size_t index) const {
  std::string joined;
  for (; index < tokens_.size(); ++index) {
    if (!joined.empty() && !is_symbol(tokens_[index], ',')) joined += ' ';
    joined += tokens_[index].text;
  }
  return joined;
}

std::string Words::tag() const {
  const std::string verb = at(0);
  if (verb == "WITH") return tag_of_with();
  if (verb.empty() || one_of(verb, {"VALUES", "TABLE"})) return tokens_.empty() ? "" : "SELECT";
  if (verb == "TRUNCATE") return "TRUNCATE TABLE";
  if (verb == "REFRESH") return "REFRESH MATERIALIZED VIEW";
  if (!one_of(verb, {"CREATE", "ALTER", "DROP"})) return verb;
  std::size_t object = 1;
  while (is_modifier(at(object))) ++object;
  std::string tag = verb;
  for (std::size_t index = object; index < object + (is_pair(at(object), at(object + 1)) ? 2 : 1); ++index)
    if (const std::string word = at(index); !word.empty()) tag += " " + word;
  return tag;
}

// The verb stands behind the parentheses of the common table expressions, however long they are; whose names may be
// verbs themselves (WITH merge AS ...).
std::string Words::tag_of_with() const {
  int parentheses = 0;
  bool name_is_next = false;
  Scanner scanner(statement_, dialect_);
  for (Token token; scanner.next(token);) {
    if (is_symbol(token, '(')) ++parentheses;
    if (is_symbol(token, ')')) --parentheses;
    if (parentheses > 0 || is_comment(token)) continue;
    const bool is_name = name_is_next && !is_word(token, "RECURSIVE");
    name_is_next = is_word(token, "WITH") || is_word(token, "RECURSIVE") || is_symbol(token, ',');
    if (is_name) continue;
    for (std::string_view verb : {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE"})
      if (is_word(token, verb)) return std::string(verb);
  }
  return "SELECT";
}

}  // namespace drydock
