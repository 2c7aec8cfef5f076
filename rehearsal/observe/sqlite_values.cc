#include "rehearsal/observe/sqlite_values.h"

#include <sqlite3.h>

#include <algorithm>
#include <cctype>
#include <cmath>

namespace drydock {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void append_number(std::string& out, std::uint64_t bits) {
  for (int shift = 56; shift >= 0; shift -= 8) out += static_cast<char>((bits >> shift) & 0xff);
}

void append_integer(std::string& out, std::int64_t value) {
  out += 'i';
  append_number(out, static_cast<std::uint64_t>(value));
}

void append_real(std::string& out, double value) {
  if (value == std::trunc(value) && value >= -9223372036854775808.0 && value < 9223372036854775808.0) {
    append_integer(out, static_cast<std::int64_t>(value));
    return;
  }
  std::uint64_t bits;
  static_assert(sizeof bits == sizeof value);
  std::copy_n(reinterpret_cast<const char*>(&value), sizeof bits, reinterpret_cast<char*>(&bits));
  out += 'r';
  append_number(out, bits);
}

void append_bytes(std::string& out, char kind, std::string_view bytes) {
  out += kind;
  append_number(out, bytes.size());
  out += bytes;
}

void append_text(std::string& out, std::string text, SqliteCollation collation) {
  if (collation == SqliteCollation::nocase) std::transform(text.begin(), text.end(), text.begin(), lower);
  if (collation == SqliteCollation::rtrim) text.erase(text.find_last_not_of(' ') + 1);
  append_bytes(out, 't', text);
}

// The rules of SQLite's manual, "Determination Of Column Affinity".
std::string affinity(std::string_view declared) {
  std::string type(declared);
  std::transform(type.begin(), type.end(), type.begin(), lower);
  const auto has = [&](const char* word) { return type.find(word) != std::string::npos; };
  if (has("int")) return "INTEGER";
  if (has("char") || has("clob") || has("text")) return "TEXT";
  if (type.empty() || has("blob")) return "BLOB";
  if (has("real") || has("floa") || has("doub")) return "REAL";
  return "NUMERIC";
}

// On a copy: sqlite3_value_numeric_type() changes the value that it is asked about.
bool looks_numeric(sqlite3_value* value) {
  sqlite3_value* copy = sqlite3_value_dup(value);
  const bool numeric = sqlite3_value_numeric_type(copy) != SQLITE_TEXT;
  sqlite3_value_free(copy);
  return numeric;
}

std::string cast_of(std::string_view declared) {
  return declared.empty() ? "SELECT ?1" : "SELECT CAST(?1 AS " + affinity(declared) + ")";
}

}  // namespace

SqliteCollation sqlite_collation(std::string_view name) {
  std::string folded(name);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  if (folded == "nocase") return SqliteCollation::nocase;
  if (folded == "rtrim") return SqliteCollation::rtrim;
  return SqliteCollation::binary;
}

void append_encoded(std::string& out, sqlite3_value* value, SqliteCollation collation) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      out += 'n';
      return;
    case SQLITE_INTEGER:
      append_integer(out, sqlite3_value_int64(value));
      return;
    case SQLITE_FLOAT:
      append_real(out, sqlite3_value_double(value));
      return;
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
      append_text(out, {text, static_cast<std::size_t>(sqlite3_value_bytes(value))}, collation);
      return;
    }
    default: {
      const auto* bytes = static_cast<const char*>(sqlite3_value_blob(value));
      const auto length = static_cast<std::size_t>(sqlite3_value_bytes(value));
      append_bytes(out, 'b', bytes ? std::string_view(bytes, length) : std::string_view());
    }
  }
}

std::string encoded_rowid(std::int64_t rowid) {
  std::string out;
  append_number(out, static_cast<std::uint64_t>(rowid) ^ (std::uint64_t{1} << 63));
  return out;
}

bool same_value(sqlite3_value* a, sqlite3_value* b) {
  std::string one, other;
  append_encoded(one, a);
  append_encoded(other, b);
  return one == other;
}

bool is_null(sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; }

std::string folded_type(std::string_view declared) {
  std::string out;
  for (const char c : declared) {
    if (!std::isspace(static_cast<unsigned char>(c))) out += lower(c);
  }
  return out;
}

SqliteCastBack::SqliteCastBack(sqlite3* handle, std::string_view declared_type)
    : numeric_(affinity(declared_type) != "TEXT" && affinity(declared_type) != "BLOB"),
      cast_(handle, cast_of(declared_type)) {}

sqlite3_value* SqliteCastBack::operator()(sqlite3_value* value) {
  const int type = sqlite3_value_type(value);
  if (numeric_ && type == SQLITE_BLOB) return value;
  if (numeric_ && type == SQLITE_TEXT && !looks_numeric(value)) return value;
  cast_.reset();
  cast_.bind_value(1, value).step();
  return cast_.value(0);
}

}  // namespace drydock
