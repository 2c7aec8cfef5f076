// The databases that drydock speaks to: one line each.
#include "runner/database/database.h"
#include "runner/database/postgres_database.h"
#include "runner/database/sqlite_database.h"

namespace drydock {

namespace {

std::string in_quotes(std::string_view text, char quote) {
  std::string result(1, quote);
  for (char c : text) {
    if (c == quote) result += quote;
    result += c;
  }
  return result + quote;
}

}  // namespace

std::unique_ptr<Database> open_database(const DatabaseUrl& url, const OpenOptions& options) {
  switch (url.dialect()) {
    case Dialect::postgres:
      return std::make_unique<PostgresDatabase>(url, options);
    case Dialect::sqlite:
      return std::make_unique<SqliteDatabase>(url, options);
  }
  throw DatabaseUrlError("no database of this kind is known");
}

std::string quoted(std::string_view identifier) { return in_quotes(identifier, '"'); }
std::string literal(std::string_view text) { return in_quotes(text, '\''); }

}  // namespace drydock
