#include "runner/database/sqlite_error.h"

#include <algorithm>
#include <array>
#include <utility>

namespace drydock {

namespace {

// SQLite has no function that names a code.
#define DRYDOCK_CODE(code) \
  std::pair<int, std::string_view> { code, #code }
constexpr std::array code_names = {
    DRYDOCK_CODE(SQLITE_ERROR),
    DRYDOCK_CODE(SQLITE_INTERNAL),
    DRYDOCK_CODE(SQLITE_PERM),
    DRYDOCK_CODE(SQLITE_ABORT),
    DRYDOCK_CODE(SQLITE_BUSY),
    DRYDOCK_CODE(SQLITE_LOCKED),
    DRYDOCK_CODE(SQLITE_NOMEM),
    DRYDOCK_CODE(SQLITE_READONLY),
    DRYDOCK_CODE(SQLITE_INTERRUPT),
    DRYDOCK_CODE(SQLITE_IOERR),
    DRYDOCK_CODE(SQLITE_CORRUPT),
    DRYDOCK_CODE(SQLITE_FULL),
    DRYDOCK_CODE(SQLITE_CANTOPEN),
    DRYDOCK_CODE(SQLITE_PROTOCOL),
    DRYDOCK_CODE(SQLITE_SCHEMA),
    DRYDOCK_CODE(SQLITE_TOOBIG),
    DRYDOCK_CODE(SQLITE_CONSTRAINT),
    DRYDOCK_CODE(SQLITE_MISMATCH),
    DRYDOCK_CODE(SQLITE_MISUSE),
    DRYDOCK_CODE(SQLITE_AUTH),
    DRYDOCK_CODE(SQLITE_RANGE),
    DRYDOCK_CODE(SQLITE_NOTADB),
    DRYDOCK_CODE(SQLITE_ABORT_ROLLBACK),
    DRYDOCK_CODE(SQLITE_BUSY_RECOVERY),
    DRYDOCK_CODE(SQLITE_BUSY_SNAPSHOT),
    DRYDOCK_CODE(SQLITE_BUSY_TIMEOUT),
    DRYDOCK_CODE(SQLITE_CANTOPEN_ISDIR),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_CHECK),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_COMMITHOOK),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_DATATYPE),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_FOREIGNKEY),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_FUNCTION),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_NOTNULL),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_PINNED),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_PRIMARYKEY),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_ROWID),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_TRIGGER),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_UNIQUE),
    DRYDOCK_CODE(SQLITE_CONSTRAINT_VTAB),
    DRYDOCK_CODE(SQLITE_CORRUPT_INDEX),
    DRYDOCK_CODE(SQLITE_IOERR_READ),
    DRYDOCK_CODE(SQLITE_IOERR_SHORT_READ),
    DRYDOCK_CODE(SQLITE_IOERR_WRITE),
    DRYDOCK_CODE(SQLITE_IOERR_FSYNC),
    DRYDOCK_CODE(SQLITE_IOERR_LOCK),
    DRYDOCK_CODE(SQLITE_LOCKED_SHAREDCACHE),
    DRYDOCK_CODE(SQLITE_READONLY_CANTINIT),
    DRYDOCK_CODE(SQLITE_READONLY_CANTLOCK),
    DRYDOCK_CODE(SQLITE_READONLY_DBMOVED),
    DRYDOCK_CODE(SQLITE_READONLY_DIRECTORY),
    DRYDOCK_CODE(SQLITE_READONLY_RECOVERY),
    DRYDOCK_CODE(SQLITE_READONLY_ROLLBACK),
};
#undef DRYDOCK_CODE

bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

std::string sqlite_code_name(int extended_code) {
  for (int code : {extended_code, extended_code & 0xFF}) {
    for (const auto& [known, name] : code_names) {
      if (known == code) return std::string(name);
    }
  }
  return "SQLITE_" + std::to_string(extended_code);
}

DatabaseError::Details sqlite_error_details(sqlite3* connection, std::string_view sql) {
  DatabaseError::Details details;
  int code = sqlite3_extended_errcode(connection);
  details.sqlstate = sqlite_code_name(code);
  details.message = sqlite3_errmsg(connection);
  details.raised_by_code = code == SQLITE_CONSTRAINT_TRIGGER;
  details.canceled = code == SQLITE_INTERRUPT;
  // "no such table: uesrs"
  constexpr std::string_view missing = "no such ";
  const std::size_t name = details.message.find(": ");
  details.says_the_text = details.message.starts_with(missing) && name != std::string::npos &&
                          sql.find(std::string_view(details.message).substr(name + 2)) != std::string_view::npos;
  int offset = sqlite3_error_offset(connection);
  if (offset >= 0 && static_cast<std::size_t>(offset) <= sql.size()) {
    std::string_view before = sql.substr(0, static_cast<std::size_t>(offset));
    auto continued = std::count_if(before.begin(), before.end(), continues_character);
    details.position = 1 + offset - static_cast<int>(continued);
    details.line = 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
  }
  return details;
}

}  // namespace drydock
