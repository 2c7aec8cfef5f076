// A stored value as SQL that makes the same value again, storage class and every bit of it.
#pragma once

#include <optional>
#include <string>

struct sqlite3;
struct sqlite3_value;

namespace drydock {

// REQUIRES: handle is open; it is asked how SQLite reads a number. nullopt for a real that no literal makes.
std::optional<std::string> sqlite_literal(sqlite3* handle, sqlite3_value* value);

}  // namespace drydock
