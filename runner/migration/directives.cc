// Which comments are directives is the business of the cutter: what it gives as a line comment is one.
#include "runner/migration/directives.h"

#include <array>
#include <charconv>
#include <string>

#include "runner/migration/baseline.h"
#include "runner/sql/cutter.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

constexpr std::string_view blanks = " \t\f\v";
constexpr std::string_view prefix = "drydock:";

// What stands behind "drydock:" in a line comment; nothing where the comment is no directive.
std::optional<std::string_view> directive_in(std::string_view comment) {
  comment.remove_prefix(2);
  comment.remove_prefix(std::min(comment.find_first_not_of(blanks), comment.size()));
  if (!comment.starts_with(prefix)) return std::nullopt;
  return comment.substr(prefix.size());
}

// Reads one directive from left to right; every complaint carries its line.
class DirectiveReader {
 public:
  DirectiveReader(std::string_view rest, int line, Dialect dialect) : rest_(rest), line_(line), dialect_(dialect) {}

  void read_into(Directives& directives);

 private:
  [[noreturn]] void fail(const std::string& why) const { throw SqlTextError(line_, why); }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size())); }
  std::string_view take_word();
  bool take(std::string_view expected);
  std::string take_quoted(std::string_view what);
  std::string take_part();
  ObjectName take_object(LossKind kind);
  std::int64_t take_bound();
  Consent take_consent();
  std::chrono::milliseconds take_duration(std::string_view word, bool given_before);
  std::chrono::hours take_days(bool given_before);
  void expect_end(std::string_view word);

  std::string_view rest_;
  int line_;
  Dialect dialect_;
};

void DirectiveReader::read_into(Directives& directives) {
  const bool detached = rest_.empty() || blanks.find(rest_.front()) != std::string_view::npos;
  const std::string word(detached ? "" : take_word());
  if (word == "consent") {
    directives.consents.push_back(take_consent());
  } else if (word == "transaction") {
    if (take_word() != "none") fail("the directive is: drydock:transaction none");
    directives.transaction_none = true;
  } else if (word == "foreign-keys") {
    if (dialect_ != Dialect::sqlite) fail("drydock:foreign-keys is for SQLite; PostgreSQL always enforces them");
    if (take_word() != "on") fail("the directive is: drydock:foreign-keys on");
    directives.foreign_keys_on = true;
  } else if (word == "lock-timeout") {
    directives.lock_timeout = take_duration(word, directives.lock_timeout.has_value());
  } else if (word == "statement-timeout") {
    directives.statement_timeout = take_duration(word, directives.statement_timeout.has_value());
  } else if (word == "keep") {
    directives.keep = take_days(directives.keep.has_value());
  } else {
    fail("unknown directive drydock:" + word +
         " (there are consent, keep, transaction, foreign-keys, lock-timeout and statement-timeout)");
  }
  expect_end(word);
}

std::string_view DirectiveReader::take_word() {
  skip_blanks();
  const std::string_view word = rest_.substr(0, rest_.find_first_of(blanks));
  rest_.remove_prefix(word.size());
  return word;
}

bool DirectiveReader::take(std::string_view expected) {
  skip_blanks();
  if (!rest_.starts_with(expected)) return false;
  rest_.remove_prefix(expected.size());
  return true;
}

// REQUIRES: the opening quote is taken. A quote inside is written twice.
std::string DirectiveReader::take_quoted(std::string_view what) {
  std::string text;
  for (std::size_t at = 0; at < rest_.size(); ++at) {
    if (rest_[at] == '"') {
      if (at + 1 >= rest_.size() || rest_[at + 1] != '"') {
        rest_.remove_prefix(at + 1);
        return text;
      }
      ++at;
    }
    text += rest_[at];
  }
  fail("the " + std::string(what) + " has no closing double quote");
}

std::string DirectiveReader::take_part() {
  if (rest_.starts_with('"')) {
    rest_.remove_prefix(1);
    return take_quoted("object's name");
  }
  const std::size_t end = std::min(rest_.find_first_of(std::string(blanks) + ".\""), rest_.size());
  const std::string part(rest_.substr(0, end));
  rest_.remove_prefix(end);
  return part;
}

ObjectName DirectiveReader::take_object(LossKind kind) {
  skip_blanks();
  ObjectName object;
  do {
    object.parts.push_back(take_part());
    if (object.parts.back().empty()) fail("the consent names no object, or one with an empty part");
  } while (rest_.starts_with('.') && (rest_.remove_prefix(1), true));
  if (!rest_.empty() && blanks.find(rest_.front()) == std::string_view::npos)
    fail("the object's name has a stray double quote: a part is quoted as a whole, a quote in it is written twice");
  const bool column = concerns_column(kind);
  const std::size_t expected = (dialect_ == Dialect::postgres ? 2U : 1U) + (column ? 1U : 0U);
  if (object.parts.size() == expected) return object;
  const std::string form =
      std::string(dialect_ == Dialect::postgres ? "schema.table" : "table") + (column ? ".column" : "");
  fail("the object of " + std::string(to_string(kind)) + " is " + form + ", not " + object.directive_text() +
       "; a part that holds a dot or a space stands in double quotes");
}

// REQUIRES: "rows<=" is taken.
std::int64_t DirectiveReader::take_bound() {
  const std::string_view digits = rest_.substr(0, rest_.find_first_of(blanks));
  std::int64_t rows = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), rows);
  if (error != std::errc() || end != digits.data() + digits.size() || rows < 0)
    fail("the bound is rows<=N with a whole number N");
  rest_.remove_prefix(digits.size());
  return rows;
}

Consent DirectiveReader::take_consent() {
  Consent consent;
  consent.line = line_;
  const std::string word(take_word());
  const auto kind = loss_kind_from(word);
  if (!kind) fail("unknown kind of loss: " + (word.empty() ? "none is given" : word));
  consent.kind = *kind;
  consent.object = take_object(*kind);
  if (take("rows")) {
    if (!rest_.starts_with("<=")) fail("the bound is rows<=N with a whole number N");
    rest_.remove_prefix(2);
    consent.most_rows = take_bound();
  }
  if (!take("reason=\"")) fail("a consent needs its reason: reason=\"TEXT\"");
  consent.reason = take_quoted("reason");
  if (consent.reason.find_first_not_of(blanks) == std::string::npos) fail("the reason of the consent is empty");
  return consent;
}

std::chrono::milliseconds DirectiveReader::take_duration(std::string_view word, bool given_before) {
  if (given_before) fail("drydock:" + std::string(word) + " is given twice");
  const std::string text(take_word());
  const auto duration = parse_duration(text);
  if (!duration)
    fail("drydock:" + std::string(word) + " needs a duration such as 500ms, 2s, 10min or 1h, not \"" + text + "\"");
  return *duration;
}

// How long a safety copy is kept: hours, days or weeks.
std::chrono::hours DirectiveReader::take_days(bool given_before) {
  if (given_before) fail("drydock:keep is given twice");
  const std::string_view text = take_word();
  int count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
  constexpr int longest = 100 * 366 * 24;
  const int hours = unit == "h" ? 1 : unit == "d" ? 24 : unit == "w" ? 7 * 24 : 0;
  if (error != std::errc() || count < 1 || hours == 0 || count > longest / hours)
    fail("drydock:keep needs a time such as 12h, 30d or 8w, not \"" + std::string(text) + "\"");
  return std::chrono::hours(count * hours);
}

void DirectiveReader::expect_end(std::string_view word) {
  skip_blanks();
  if (!rest_.empty()) fail("drydock:" + std::string(word) + " has more behind it than it takes: " + std::string(rest_));
}

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array units = {Unit{"ms", 1}, Unit{"s", 1000}, Unit{"min", 60'000}, Unit{"h", 3'600'000},
                              Unit{"d", 86'400'000}};

// Whether it is a line of a baseline's header, which read_baseline_header() reads; none may escape it.
bool belongs_to_header(std::string_view directive, int line, int header_lines) {
  const std::string_view word = directive.substr(0, directive.find_first_of(blanks));
  if (!is_baseline_word(word)) return false;
  if (line <= header_lines) return true;
  throw SqlTextError(line, "drydock:" + std::string(word) +
                               " belongs to a squashed baseline, whose header opens the file: drydock:squash is its "
                               "first line, and nothing but line comments stands between the others");
}

}  // namespace

Directives read_directives(std::string_view text, Dialect dialect) {
  Directives directives;
  bool in_statements = false;
  int keep_line = 0;
  const int header_lines = is_baseline(text) ? baseline_header_lines(text) : 0;
  for (const Piece& piece : cut(text, dialect)) {
    for (const Token& token : piece.tokens) {
      if (!is_comment(token)) in_statements = true;
      if (token.kind != Token::Kind::line_comment) continue;
      const auto directive = directive_in(token.text);
      if (!directive) continue;
      if (in_statements) throw SqlTextError(token.line, "a directive has to stand before the first statement");
      if (belongs_to_header(*directive, token.line, header_lines)) continue;
      DirectiveReader(*directive, token.line, dialect).read_into(directives);
      if (directives.keep && keep_line == 0) keep_line = token.line;
    }
  }
  if (directives.keep && directives.consents.empty())
    throw SqlTextError(
        keep_line,
        "drydock:keep copies what a consent allows to be lost, and the file has no consent: take the line "
        "out, and `drydock rehearse` prints the consent that is missing");
  return directives;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0 || text.front() == '-') return std::nullopt;
  const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
  for (const Unit& unit : units) {
    if (unit.name != name) continue;
    constexpr std::int64_t longest = std::int64_t{100} * 366 * 24 * 3600 * 1000;  // added to a clock it still is a time
    if (count > longest / unit.milliseconds) return std::nullopt;
    return std::chrono::milliseconds(count * unit.milliseconds);
  }
  return std::nullopt;
}

}  // namespace drydock
