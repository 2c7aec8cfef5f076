// The vocabulary of losses (docs/losses.md): a loss is a stored value that was in the database before a migration and
// can't be read from it afterwards. Both a consent in a migration's file and a finding of the rehearsal use it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drydock {

enum class LossKind {
  table_dropped,
  table_recreated,
  table_truncated,
  rows_deleted,
  column_dropped,
  values_changed,
  values_erased,
};

// "table-dropped" and so on, as in directives and reports.
std::string_view to_string(LossKind kind);
std::optional<LossKind> loss_kind_from(std::string_view word);
// Whether the object is table.column rather than a table.
bool concerns_column(LossKind kind);

// The name of a table or a column as the server stores it, before the migration: {schema, table[, column]} on
// PostgreSQL, {table[, column]} on SQLite. Parts hold no quotes.
struct ObjectName {
  std::vector<std::string> parts;
  // Joined by dots, unquoted: the OBJECT of reports.
  std::string text() const;
  // As a directive spells it: a part that holds a dot, a space or a double quote is quoted.
  std::string directive_text() const;
  auto operator<=>(const ObjectName&) const = default;
};

// -- drydock:consent KIND OBJECT [rows<=N] reason="TEXT"
struct Consent {
  LossKind kind{};
  ObjectName object;
  std::optional<std::int64_t> most_rows;  // none: any number
  std::string reason;
  int line = 0;  // of the directive, 1-based
};

struct Loss {
  LossKind kind{};
  ObjectName object;
  std::int64_t rows = 0;
  int line = 0;  // of the statement that did it; 0 where it could not be attributed
  // Why it counts although it was not measured (a count that failed, say); empty for a measured loss. Holds no values.
  std::string undetermined;
  bool operator==(const Loss&) const = default;
};

}  // namespace drydock
