#include "runner/database/postgres_residue.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "runner/sql/mentions.h"

namespace drydock {
namespace {

constexpr std::array<std::string_view, 16> leave_nothing{
    "CREATE TABLE", "DROP TABLE",  "CREATE INDEX", "DROP INDEX",      "CREATE TYPE",   "ALTER TYPE",
    "DROP TYPE",    "CREATE VIEW", "DROP VIEW",    "CREATE SEQUENCE", "DROP SEQUENCE", "CREATE SCHEMA",
    "COMMENT",      "GRANT",       "REVOKE",       "CREATE DOMAIN"};

constexpr std::array<std::string_view, 5> may_draw_numbers{"INSERT", "UPDATE", "DELETE", "ALTER TABLE", "COPY"};

// Parts of words: TEMP and TEMPORARY, pg_temp, set_config, pg_advisory_lock, query_to_xml and its kin, and what a
// CREATE SCHEMA may hold or a GRANT ... GRANTED BY never does.
constexpr std::array<std::string_view, 6> telling_words{"temp",    "set_config", "advisory",
                                                        "_to_xml", "prepare",    "authorization"};

// drydock's own around a migration, which come without traits: what lasts no longer than their transaction, and the
// record (the history's numbers are nobody's business).
constexpr std::array<std::string_view, 3> own_statements{"SET CONSTRAINTS ", "SET LOCAL ", "INSERT INTO drydock."};

bool is_in(const auto& list, std::string_view tag) { return std::find(list.begin(), list.end(), tag) != list.end(); }

}  // namespace

PostgresResidue residue_of(const Statement& statement) {
  const StatementTraits& traits = statement.traits;
  const auto opens = [&](std::string_view words) { return std::string_view(statement.text).starts_with(words); };
  if (traits.tag.empty() && std::any_of(own_statements.begin(), own_statements.end(), opens))
    return PostgresResidue::none;
  const bool draws = is_in(may_draw_numbers, traits.tag);
  if (!traits.parsed || traits.runs_code || (!draws && !is_in(leave_nothing, traits.tag)))
    return PostgresResidue::anything;
  for (const std::string_view word : telling_words)
    if (mentions(statement.text, word)) return PostgresResidue::anything;
  return draws ? PostgresResidue::sequences : PostgresResidue::none;
}

}  // namespace drydock
