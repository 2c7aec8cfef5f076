// Since version 11 a column with a default is added without touching a row, if the default is one value for all rows:
// a constant, or now(). What differs from row to row is written into each of them, under ACCESS EXCLUSIVE.
#include "rehearsal/rules/all_rules.h"

#include <algorithm>
#include <array>

namespace drydock {
namespace {

// The server's own, and those of the extensions that defaults are taken from.
constexpr std::array<std::string_view, 15> volatile_functions = {
    "random",           "random_normal",    "gen_random_uuid",
    "gen_random_bytes", "uuid_generate_v1", "uuid_generate_v1mc",
    "uuid_generate_v4", "uuid_generate_v7", "uuidv4",
    "uuidv7",           "clock_timestamp",  "timeofday",
    "nextval",          "setseed",          "gen_salt"};
constexpr std::array<std::string_view, 6> serials = {"serial",  "bigserial", "smallserial",
                                                     "serial4", "serial8",   "serial2"};

// What makes each row's value another; empty where nothing is known to.
std::string reason_of(const ColumnFacts& column) {
  if (column.stored) return "a stored generated column";
  if (column.identity) return "an identity column";
  if (std::ranges::find(serials, column.type.name) != serials.end()) return "a " + column.type.name + " column";
  for (const std::string& function : column.default_calls)
    if (std::ranges::find(volatile_functions, function) != volatile_functions.end())
      return "a column with the default " + function + "()";
  return {};
}

std::string fix_for(const ColumnFacts& column) {
  if (column.stored)
    return "Add an ordinary column, fill it in batches and keep it by a trigger; or compute it in a view or an index.";
  if (!column.default_calls.empty())
    return "Add the column without its default, ALTER COLUMN ... SET DEFAULT for the rows to come, and fill those that "
           "are there in batches.";
  return "Add an ordinary column, SET DEFAULT nextval(...) of a sequence for the rows to come, and fill those that are "
         "there in batches.";
}

void check(const RuleInput& input, RuleFindings& findings) {
  each_action(input, AlterAction::Kind::add_column,
              [&](std::size_t index, const TableName& table, const AlterAction& action) {
                const std::optional<bool> seen = input.measured.rewrote(input.line(index));
                std::string reason = reason_of(action.column);
                // A function of the user's own: only the rehearsal tells.
                if (reason.empty() && seen.value_or(false) && !action.column.default_calls.empty())
                  reason = "a column with the default " + action.column.default_calls.front() + "()";
                if (reason.empty() || !seen.value_or(true)) return;
                findings.add(index, table, action.name,
                             "Adding " + reason + " writes all of " + table.text() +
                                 " anew while it is locked against reads and writes (ACCESS EXCLUSIVE).",
                             fix_for(action.column));
              });
}

}  // namespace

const Rule volatile_default_rewrites = {"volatile-default-rewrites", FindingLevel::warning, Rule::Speaks::postgres,
                                        "a new column has another value in each row, so that all are written", check};

}  // namespace drydock
