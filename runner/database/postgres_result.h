// One result of libpq's, freed when it goes, and what can be read from it.
#pragma once

#include <libpq-fe.h>

#include <memory>

#include "runner/database/database.h"

namespace drydock {

struct ClearResult {
  void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, ClearResult>;

bool is_error(const PGresult* result);

// A statement's end: exactly one result per statement has a command tag. (A rule that adds a SELECT may yield rows
// without one.)
bool ends_statement(const PGresult* result);

std::string tag_of(const PGresult* result);
Rows rows_of(const PGresult* result);

// Rows that it changed. Rows that a SELECT merely returned are none; those of CREATE TABLE AS are.
std::int64_t affected_rows(const PGresult* result);

// REQUIRES: is_error(result). The position is the server's, from the start of the message.
DatabaseError::Details error_details(const PGresult* result);

}  // namespace drydock
