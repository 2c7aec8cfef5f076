#include "runner/migration/loss.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drydock {
namespace {

constexpr std::array words = {
    std::pair{LossKind::table_dropped, std::string_view("table-dropped")},
    std::pair{LossKind::table_recreated, std::string_view("table-recreated")},
    std::pair{LossKind::table_truncated, std::string_view("table-truncated")},
    std::pair{LossKind::rows_deleted, std::string_view("rows-deleted")},
    std::pair{LossKind::column_dropped, std::string_view("column-dropped")},
    std::pair{LossKind::values_changed, std::string_view("values-changed")},
    std::pair{LossKind::values_erased, std::string_view("values-erased")},
};

// The characters that end a part in a directive, or would be read as a quote.
bool needs_quotes(std::string_view part) {
  return part.empty() || part.find_first_of(". \t\n\"") != std::string_view::npos;
}

std::string quoted_part(std::string_view part) {
  std::string text = "\"";
  for (char c : part) text.append(c == '"' ? 2 : 1, c);
  return text + '"';
}

}  // namespace

std::string_view to_string(LossKind kind) {
  return std::ranges::find(words, kind, &decltype(words)::value_type::first)->second;
}

std::optional<LossKind> loss_kind_from(std::string_view word) {
  const auto* found = std::ranges::find(words, word, &decltype(words)::value_type::second);
  if (found == words.end()) return std::nullopt;
  return found->first;
}

bool concerns_column(LossKind kind) {
  return kind == LossKind::column_dropped || kind == LossKind::values_changed || kind == LossKind::values_erased;
}

std::string ObjectName::text() const {
  std::string joined;
  for (const std::string& part : parts) joined += (joined.empty() ? "" : ".") + part;
  return joined;
}

std::string ObjectName::directive_text() const {
  std::string joined;
  for (const std::string& part : parts) {
    if (!joined.empty()) joined += '.';
    joined += needs_quotes(part) ? quoted_part(part) : part;
  }
  return joined;
}

}  // namespace drydock
