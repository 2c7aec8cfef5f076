#include "runner/database/postgres_result.h"

#include <array>
#include <cstdlib>
#include <string_view>

namespace drydock {

namespace {

std::string field(const PGresult* result, int code) {
  const char* text = PQresultErrorField(result, code);
  return text == nullptr ? std::string() : text;
}

// Whether the message is the text of a RAISE or ASSERT, or of another language's counterpart, whatever its SQLSTATE.
bool is_raised_by_code(const PGresult* result) {
  std::string file = field(result, PG_DIAG_SOURCE_FILE);
  std::string function = field(result, PG_DIAG_SOURCE_FUNCTION);
  if (file == "pl_exec.c") return function == "exec_stmt_raise" || function == "exec_stmt_assert";
  for (std::string_view other : {"plpy_", "plperl", "pltcl", "plv8"}) {
    if (file.starts_with(other)) return true;
  }
  return false;
}

}  // namespace

bool is_error(const PGresult* result) {
  ExecStatusType status = PQresultStatus(result);
  return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

bool ends_statement(const PGresult* result) { return !tag_of(result).empty(); }

// PQcmdStatus() takes a pointer to non-const, but changes nothing.
std::string tag_of(const PGresult* result) { return PQcmdStatus(const_cast<PGresult*>(result)); }

Rows rows_of(const PGresult* result) {
  Rows rows;
  int columns = PQnfields(result);
  for (int column = 0; column < columns; ++column) rows.columns.emplace_back(PQfname(result, column));
  rows.rows.reserve(static_cast<std::size_t>(PQntuples(result)));
  for (int row = 0; row < PQntuples(result); ++row) {
    std::vector<Value>& values = rows.rows.emplace_back();
    values.reserve(static_cast<std::size_t>(columns));
    for (int column = 0; column < columns; ++column) {
      if (PQgetisnull(result, row, column) != 0) {
        values.emplace_back(std::nullopt);
      } else {
        auto length = static_cast<std::size_t>(PQgetlength(result, row, column));
        values.emplace_back(std::string(PQgetvalue(result, row, column), length));
      }
    }
  }
  return rows;
}

std::int64_t affected_rows(const PGresult* result) {
  std::string tag = tag_of(result);
  bool only_returned =
      PQresultStatus(result) == PGRES_TUPLES_OK && (tag.starts_with("SELECT") || tag.starts_with("FETCH"));
  if (only_returned || tag.starts_with("MOVE")) return 0;
  return std::strtoll(PQcmdTuples(const_cast<PGresult*>(result)), nullptr, 10);
}

DatabaseError::Details error_details(const PGresult* result) {
  DatabaseError::Details details;
  details.sqlstate = field(result, PG_DIAG_SQLSTATE);
  details.message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  details.schema = field(result, PG_DIAG_SCHEMA_NAME);
  details.table = field(result, PG_DIAG_TABLE_NAME);
  details.column = field(result, PG_DIAG_COLUMN_NAME);
  details.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  details.position = std::atoi(field(result, PG_DIAG_STATEMENT_POSITION).c_str());
  details.raised_by_code = is_raised_by_code(result);
  details.canceled = details.sqlstate == "57014";
  return details;
}

}  // namespace drydock
