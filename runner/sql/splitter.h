// Cuts the text of a migration into statements, each with the line of its first token.
//
// A statement ends at a semicolon outside of quotes, comments, parentheses, BEGIN ATOMIC bodies (PostgreSQL 14's SQL
// functions: CASE ... END nests in them) and, in SQLite, CREATE TRIGGER bodies. Of psql, \restrict and \unrestrict
// lines are dropped and the data of COPY ... FROM stdin is taken up to its line "\."; any other line with a
// meta-command is an error that names the command and its line.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

// The text cannot be read as SQL statements; what() says why, without the position.
struct SqlTextError : std::runtime_error {
  SqlTextError(int at_line, const std::string& why) : std::runtime_error(why), line(at_line) {}
  int line;
};

// REQUIRES: text is normalised (LF, no BOM). The traits of each statement are filled in.
std::vector<Statement> split_statements(std::string_view text, Dialect dialect);

}  // namespace drydock
