// A database's schema as pg_dump writes it, taken apart: one entry for each object that it names in a comment, with its
// statements, and without what is there for psql alone.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "squash/throwaway.h"

namespace drydock {

struct DumpEntry {
  std::string type, schema, name;       // "TABLE", "public", "users"; "-" for no schema
  std::vector<std::string> statements;  // without semicolons; may be empty
};

// In pg_dump's order, drydock's own schema left out. What belongs to the migrating role names no owner, and grants to
// it name CURRENT_USER. Throws CannotRehearse with pg_dump's words.
std::vector<DumpEntry> dump_schema(ThrowawayDatabase& database);

// The entries of a dump's text; `migrator` is the role that owns without being named.
std::vector<DumpEntry> parse_dump(std::string_view text, std::string_view migrator);

// All names with their schemas that a statement mentions, as "schema.name" without quotes.
std::vector<std::string> qualified_names(std::string_view statement);

}  // namespace drydock
