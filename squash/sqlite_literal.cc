#include "squash/sqlite_literal.h"

#include <sqlite3.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "rehearsal/observe/sqlite_query.h"
#include "runner/database/database.h"
#include "runner/migration/checksum.h"

namespace drydock {

namespace {

std::string hex(std::string_view bytes) {
  std::string text = "x'";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    text += "0123456789abcdef"[byte >> 4];
    text += "0123456789abcdef"[byte & 15];
  }
  return text + "'";
}

// A migration's file holds UTF-8 without NUL, and its carriage returns are normalised away.
bool fits_into_a_file(std::string_view text) {
  return text.find('\0') == std::string_view::npos && text.find('\r') == std::string_view::npos &&
         text.find("\xEF\xBB\xBF") == std::string_view::npos && first_invalid_utf8(text) == std::string_view::npos;
}

std::string real_text(double value, int digits) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.*g", digits, value);
  std::string text = buffer.data();
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

// SQLite's own reading of a number may be off by the last bit, so that it is asked.
std::optional<std::string> real_literal(sqlite3* handle, double value) {
  if (std::isinf(value)) return value > 0 ? "9e999" : "-9e999";
  for (const int digits : {15, 17, 16, 18, 19, 20, 21}) {
    std::string text = real_text(value, digits);
    SqliteQuery query(handle, "SELECT " + text);
    query.step();
    const double read = sqlite3_value_double(query.value(0));
    if (std::memcmp(&read, &value, sizeof value) == 0) return text;
  }
  return std::nullopt;
}

std::string_view bytes_of(sqlite3_value* value, const void* bytes) {
  const auto length = static_cast<std::size_t>(sqlite3_value_bytes(value));
  return bytes == nullptr ? std::string_view() : std::string_view(static_cast<const char*>(bytes), length);
}

}  // namespace

std::optional<std::string> sqlite_literal(sqlite3* handle, sqlite3_value* value) {
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      return "NULL";
    case SQLITE_INTEGER:
      return std::to_string(sqlite3_value_int64(value));
    case SQLITE_FLOAT:
      return real_literal(handle, sqlite3_value_double(value));
    case SQLITE_TEXT: {
      const std::string_view text = bytes_of(value, sqlite3_value_text(value));
      return fits_into_a_file(text) ? literal(text) : "CAST(" + hex(text) + " AS TEXT)";
    }
    default:
      return hex(bytes_of(value, sqlite3_value_blob(value)));
  }
}

}  // namespace drydock
