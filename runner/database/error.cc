#include "runner/database/error.h"

namespace drydock {

namespace {

constexpr std::string_view withheld = "raised by the migration's own code (message withheld: it may hold values)";

std::string describe(const DatabaseError::Details& details) {
  std::string text = "ERROR";
  if (!details.sqlstate.empty()) text += " " + details.sqlstate;
  text += ": ";
  if (details.raised())
    text += withheld;
  else
    text += details.says_the_text ? details.message : without_values(details.message);
  // What a syntax error stands near has been taken out: its line is as good.
  if (details.sqlstate == "42601" && details.line > 0) {
    text += " (in line " + std::to_string(details.line) + " of the statement)";
  }
  return text;
}

}  // namespace

// RAISE without an ERRCODE has P0001.
bool DatabaseError::Details::raised() const {
  return raised_by_code || sqlstate == "P0001" || sqlstate == "SQLITE_CONSTRAINT_TRIGGER";
}

DatabaseError::DatabaseError(Details details) : std::runtime_error(describe(details)), details_(std::move(details)) {}

}  // namespace drydock
