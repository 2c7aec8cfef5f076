// Values as SQLite stores them: an encoding under which two values are the same bytes exactly where they are equal, and
// the way back from a changed type to the declared one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "rehearsal/observe/sqlite_query.h"

namespace drydock {

enum class SqliteCollation { binary, nocase, rtrim };
SqliteCollation sqlite_collation(std::string_view name);

// Appends the value: 1 and 1.0 are equal, '1' and 1 are not, NULL equals NULL. Never a prefix of another value's.
void append_encoded(std::string& out, sqlite3_value* value, SqliteCollation collation = SqliteCollation::binary);
// A rowid as eight bytes that sort like the number.
std::string encoded_rowid(std::int64_t rowid);

bool same_value(sqlite3_value* a, sqlite3_value* b);
bool is_null(sqlite3_value* value);

// A declared type without differences of case and blanks.
std::string folded_type(std::string_view declared);

// Casts values to the affinity of a declared type, as CAST does. REQUIRES: the handle outlives it.
class SqliteCastBack {
 public:
  SqliteCastBack(sqlite3* handle, std::string_view declared_type);
  // Valid until the next call. A value that cannot be of that type stays as it is: CAST('abc' AS INTEGER) would make 0
  // of it, and a column of that type holds 'abc' as 'abc'.
  sqlite3_value* operator()(sqlite3_value* value);

 private:
  bool numeric_;
  SqliteQuery cast_;
};

}  // namespace drydock
