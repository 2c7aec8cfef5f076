#include "runner/database/error.h"

namespace drydock {

namespace {

constexpr std::string_view withheld = "raised by the migration's own code (message withheld: it may hold values)";

// RAISE without an ERRCODE in PL/pgSQL, and RAISE() in a trigger of SQLite.
bool is_raised(const DatabaseError::Details& details) {
  return details.raised_by_code || details.sqlstate == "P0001" || details.sqlstate == "SQLITE_CONSTRAINT_TRIGGER";
}

std::string describe(const DatabaseError::Details& details) {
  std::string text = "ERROR";
  if (!details.sqlstate.empty()) text += " " + details.sqlstate;
  text += ": ";
  text += is_raised(details) ? std::string(withheld) : without_values(details.message);
  // What a syntax error stands near has been taken out: its line is as good.
  if (details.sqlstate == "42601" && details.line > 0) {
    text += " (in line " + std::to_string(details.line) + " of the statement)";
  }
  return text;
}

}  // namespace

DatabaseError::DatabaseError(Details details) : std::runtime_error(describe(details)), details_(std::move(details)) {}

}  // namespace drydock
