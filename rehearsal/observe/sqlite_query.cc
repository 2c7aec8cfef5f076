#include "rehearsal/observe/sqlite_query.h"

#include <sqlite3.h>

#include <utility>

namespace drydock {

SqliteQuery::SqliteQuery(sqlite3* handle, std::string_view sql) : handle_(handle) {
  check(sqlite3_prepare_v2(handle_, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr));
}

SqliteQuery::~SqliteQuery() { sqlite3_finalize(statement_); }

SqliteQuery::SqliteQuery(SqliteQuery&& other) noexcept
    : handle_(other.handle_), statement_(std::exchange(other.statement_, nullptr)) {}

SqliteQuery& SqliteQuery::bind_null(int parameter) {
  check(sqlite3_bind_null(statement_, parameter));
  return *this;
}

SqliteQuery& SqliteQuery::bind_integer(int parameter, std::int64_t value) {
  check(sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

SqliteQuery& SqliteQuery::bind_text(int parameter, std::string_view value) {
  check(sqlite3_bind_text64(statement_, parameter, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

SqliteQuery& SqliteQuery::bind_blob(int parameter, std::string_view value) {
  // A null pointer would bind NULL, and an empty view may hold one.
  check(sqlite3_bind_blob64(statement_, parameter, value.empty() ? "" : value.data(), value.size(), SQLITE_TRANSIENT));
  return *this;
}

SqliteQuery& SqliteQuery::bind_value(int parameter, sqlite3_value* value) {
  check(sqlite3_bind_value(statement_, parameter, value));
  return *this;
}

bool SqliteQuery::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  sqlite3_reset(statement_);
  if (code != SQLITE_DONE) check(code);
  return false;
}

void SqliteQuery::run() {
  while (step()) {
  }
}

void SqliteQuery::reset() { sqlite3_reset(statement_); }

bool SqliteQuery::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t SqliteQuery::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string SqliteQuery::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

std::string SqliteQuery::blob(int column) const {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

sqlite3_value* SqliteQuery::value(int column) const { return sqlite3_column_value(statement_, column); }

void SqliteQuery::check(int code) const {
  if (code == SQLITE_OK) return;
  throw SqliteQueryError(std::string("SQLite: ") + sqlite3_errstr(code) + " (" +
                         std::to_string(sqlite3_extended_errcode(handle_)) + ")");
}

}  // namespace drydock
