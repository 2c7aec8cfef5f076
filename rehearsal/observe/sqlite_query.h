// A prepared statement on a SQLite handle, for what the loss watcher reads from the migrated database and for the
// scratch database that it keeps rows in. Errors throw SqliteQueryError, whose text holds the result code and never a
// value.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;
struct sqlite3_value;

namespace drydock {

struct SqliteQueryError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Lives at most as long as the handle. Parameters count from 1, columns from 0.
class SqliteQuery {
 public:
  SqliteQuery(sqlite3* handle, std::string_view sql);
  ~SqliteQuery();
  SqliteQuery(SqliteQuery&& other) noexcept;
  SqliteQuery(const SqliteQuery&) = delete;
  SqliteQuery& operator=(const SqliteQuery&) = delete;
  SqliteQuery& operator=(SqliteQuery&&) = delete;

  SqliteQuery& bind_null(int parameter);
  SqliteQuery& bind_integer(int parameter, std::int64_t value);
  SqliteQuery& bind_text(int parameter, std::string_view value);
  SqliteQuery& bind_blob(int parameter, std::string_view value);
  // With its storage class, from whatever connection it comes.
  SqliteQuery& bind_value(int parameter, sqlite3_value* value);

  // True where there is a row; after the last one the statement is reset.
  bool step();
  // For a statement without rows, or to leave a query before its end.
  void run();
  void reset();

  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  std::string blob(int column) const;
  // Valid until the next step() or reset().
  sqlite3_value* value(int column) const;

 private:
  void check(int code) const;

  sqlite3* handle_;
  sqlite3_stmt* statement_ = nullptr;
};

}  // namespace drydock
