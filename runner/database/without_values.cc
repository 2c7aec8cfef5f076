// Takes quoted parts out of a server's message. A value may hold quotes itself: in
//
//   invalid input syntax for type integer: "call "bob" at home"
//
// pairs alone would leave the word bob. So what stands between two quoted parts stays only if all of it are words that
// servers write there ("of relation", "violates foreign key constraint"); else it goes with them.
#include <algorithm>
#include <array>
#include <cctype>
#include <set>
#include <sstream>
#include <vector>

#include "runner/database/error.h"

namespace drydock {

namespace {

constexpr std::string_view mask = "'…'";

struct Quotes {
  std::string_view open, close;
};

// Servers quote as their lc_messages does.
constexpr std::array<Quotes, 8> all_quotes = {{
    {"\"", "\""},
    {"'", "'"},
    {"»", "«"},
    {"«", "»"},
    {"„", "“"},
    {"“", "”"},
    {"‘", "’"},
    {"「", "」"},
}};

const std::set<std::string, std::less<>>& words_between() {
  static const std::set<std::string, std::less<>> words = {
      "a",          "access",      "aggregate",  "already",      "alter",      "ambiguous",  "an",
      "and",        "another",     "any",        "are",          "as",         "at",         "automatically",
      "be",         "because",     "between",    "but",          "by",         "can",        "cannot",
      "cast",       "check",       "child",      "class",        "collation",  "column",     "columns",
      "constraint", "contains",    "could",      "database",     "default",    "denied",     "depend",
      "depends",    "do",          "does",       "domain",       "drop",       "encoding",   "exclusion",
      "exist",      "exists",      "expression", "extension",    "family",     "find",       "for",
      "foreign",    "from",        "function",   "generated",    "has",        "have",       "identity",
      "in",         "index",       "inherits",   "input",        "into",       "is",         "it",
      "key",        "language",    "match",      "materialized", "member",     "method",     "must",
      "near",       "no",          "not",        "not-null",     "null",       "objects",    "of",
      "on",         "only",        "operator",   "option",       "or",         "other",      "overlap",
      "owner",      "parameter",   "parent",     "partition",    "permission", "policy",     "primary",
      "procedure",  "publication", "range",      "reference",    "referenced", "references", "relation",
      "role",       "row",         "rule",       "same",         "schema",     "sequence",   "server",
      "some",       "specified",   "statistics", "subscription", "such",       "table",      "than",
      "that",       "the",         "to",         "trigger",      "type",       "unique",     "used",
      "value",      "values",      "view",       "violates",     "was",        "with",       "would",
  };
  return words;
}

bool is_servers_own(std::string_view text) {
  std::string words;
  for (char c : text) words += std::string_view(",;:()").find(c) == std::string_view::npos ? c : ' ';
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    if (!words_between().contains(word)) return false;
  }
  return true;
}

// Servers write the names of these without quotes, dynamic SQL makes names of values, and a name may hold blanks.
bool names_bare(std::string_view message) {
  constexpr std::array beginnings = {"function ",        "procedure ",        "aggregate ",     "routine ",
                                     "operator ",        "column ",           "cannot drop ",   "cannot alter ",
                                     "cannot cast ",     "could not find a ", "no such column", "no such table",
                                     "no such function", "no such index"};
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return message.starts_with(beginning); });
}

// Of such a message only what servers write in all of them stays.
std::string servers_own_words(std::string_view message) {
  std::istringstream stream{std::string(message)};
  std::string result;
  bool masked = false;
  for (std::string word; stream >> word;) {
    const bool own = is_servers_own(word);
    if (own || !masked) result += (result.empty() ? "" : " ") + (own ? word : std::string(mask));
    masked = !own;
  }
  return result;
}

bool is_alphanumeric(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; }

// The kind of quote that opens at `at`. An apostrophe inside a word opens nothing.
const Quotes* opening_at(std::string_view text, std::size_t at) {
  for (const Quotes& quotes : all_quotes) {
    if (!text.substr(at).starts_with(quotes.open)) continue;
    if (quotes.open == "'" && at > 0 && is_alphanumeric(text[at - 1])) return nullptr;
    return &quotes;
  }
  return nullptr;
}

// Behind the quote that closes what opened before `from`; the end of the text where none does. Doubled quotes stay in.
std::size_t behind_close(std::string_view text, std::size_t from, std::string_view close) {
  while (true) {
    std::size_t at = text.find(close, from);
    if (at == std::string_view::npos) return text.size();
    from = at + close.size();
    if (close.size() > 1 || !text.substr(from).starts_with(close)) return from;
    from += close.size();
  }
}

// Values that servers print bare: the bytes of an encoding error, and words that look like an address.
std::string without_bare_values(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t end = text.find(' ', i);
    if (end == std::string_view::npos) end = text.size();
    std::string_view word = text.substr(i, end - i);
    std::size_t at_sign = word.find('@');
    bool address = at_sign != std::string_view::npos && at_sign > 0 && at_sign + 1 < word.size() &&
                   is_alphanumeric(word[at_sign - 1]) && is_alphanumeric(word[at_sign + 1]);
    bool number_after_value =
        result.ends_with("value ") && (std::isdigit(static_cast<unsigned char>(word[0])) || word[0] == '-');
    result += address || number_after_value || word.starts_with("0x") ? mask : word;
    if (end < text.size()) result += ' ';
    i = end + 1;
  }
  return result;
}

}  // namespace

std::string without_values(std::string_view message) {
  if (names_bare(message) && message.find_first_of("\"'") == std::string_view::npos) return servers_own_words(message);
  // The pieces outside quotes; between two of them stood a quoted part.
  std::vector<std::string_view> outside;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < message.size();) {
    const Quotes* quotes = opening_at(message, i);
    if (quotes == nullptr) {
      ++i;
      continue;
    }
    outside.push_back(message.substr(begin, i - begin));
    i = begin = behind_close(message, i + quotes->open.size(), quotes->close);
  }
  outside.push_back(message.substr(begin));

  std::string result = without_bare_values(outside.front());
  for (std::size_t i = 1; i < outside.size(); ++i) {
    bool last = i + 1 == outside.size();
    bool between_is_kept = i == 1 || is_servers_own(outside[i - 1]);
    if (between_is_kept) result += mask;
    if (last || is_servers_own(outside[i])) result += without_bare_values(outside[i]);
  }
  return result;
}

}  // namespace drydock
