// Reading a value of after as a value of before: as it is, cast back to the type that it had, or as text where that
// type is gone. Casting back that fails loses the value; no cast at all loses every one.
#pragma once

#include <string>

#include "rehearsal/observe/postgres_table.h"

namespace drydock {

bool retyped(const TableColumn& before, const TableColumn& after);

// How a value is cast back: once for the whole table, or row by row where one of them cannot be.
enum class CastBack { at_once, row_by_row };

// The expression that reads `after` of the row `alias` as a kept value of `before`. For row_by_row a temporary function
// is made, which gives NULL for what cannot be cast.
std::string cast_back_expression(Database& database, const TableColumn& before, const TableColumn& after,
                                 const std::string& alias, CastBack how);

// NULL, as a kept value of `before`.
std::string no_value_of(Database& database, const TableColumn& before);

}  // namespace drydock
