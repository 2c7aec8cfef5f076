#include "runner/formats/liquibase_filter.h"

#include <algorithm>

#include "runner/formats/sections.h"

namespace drydock {
namespace {

// Calls `use` with each name of a list, without blanks; stops where it gives true.
template <typename Use>
bool any_of_list(std::string_view list, const Use& use) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view name = trimmed(list.substr(0, end));
    if (!name.empty() && use(name)) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// Reads `or`, a comma, `and`, `not`, `!` and parentheses, each binding tighter than the one before it.
class Expression {
 public:
  Expression(std::string_view text, std::string_view given) : rest_(trimmed(text)), given_(given) {}

  bool any() {
    bool holds = all();
    while (take(",") || take_operator("or")) holds = all() || holds;
    return holds;
  }

 private:
  bool all() {
    bool holds = one();
    while (take_operator("and")) holds = one() && holds;
    return holds;
  }

  bool one() {
    if (take("!") || take_operator("not")) return !one();
    if (take("(")) {
      const bool holds = any();
      take(")");
      return holds;
    }
    const std::string_view name = rest_.substr(0, rest_.find_first_of(" \t,()!"));
    rest_ = trimmed(rest_.substr(name.size()));
    return any_of_list(given_, [&](std::string_view each) { return same_word(each, name); });
  }

  bool take(std::string_view symbol) {
    if (!rest_.starts_with(symbol)) return false;
    rest_ = trimmed(rest_.substr(symbol.size()));
    return true;
  }

  bool take_operator(std::string_view word) {
    const bool ends = rest_.size() > word.size() && (rest_[word.size()] == ' ' || rest_[word.size()] == '(');
    return ends && same_word(rest_.substr(0, word.size()), word) && take(rest_.substr(0, word.size()));
  }

  std::string_view rest_, given_;
};

}  // namespace

bool is_for_database(std::string_view dbms, Dialect dialect) {
  const std::string_view own = dialect == Dialect::postgres ? "postgresql" : "sqlite";
  bool wants_others = false;
  const bool named = any_of_list(dbms, [&](std::string_view name) {
    if (name.starts_with('!')) {
      wants_others = wants_others || !same_word(name.substr(1), own);
      return false;
    }
    return same_word(name, own) || same_word(name, "all");
  });
  const bool excluded = any_of_list(dbms, [&](std::string_view name) {
    return same_word(name, "none") || (name.starts_with('!') && same_word(name.substr(1), own));
  });
  return !excluded && (named || wants_others || trimmed(dbms).empty());
}

bool holds(std::string_view expression, std::string_view given) {
  return trimmed(expression).empty() || Expression(expression, given).any();
}

}  // namespace drydock
