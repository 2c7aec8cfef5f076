#include "runner/apply/intents.h"

#include "runner/apply/concurrent_index.h"

namespace drydock {

namespace {

using State = HistoryRow::State;
using Action = ConcurrentIndex::Action;

// An index whose name the server chose is told by its table, by the form of such names, and by having been made after
// the intent was written. nullopt where several are.
std::optional<State> outcome_of_unnamed(Database& database, const ConcurrentIndex& index, const HistoryRow& intent) {
  const std::string table = (index.table_schema.empty() ? "" : quoted(index.table_schema) + ".") + quoted(index.table);
  const Value parameters[] = {table, intent.id, std::to_string(intent.part), std::to_string(intent.attempt)};
  const Rows rows = database.query(
      "SELECT count(*) FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid "
      "JOIN pg_catalog.pg_class t ON t.oid = x.indrelid WHERE x.indrelid = pg_catalog.to_regclass($1) "
      "AND pg_catalog.starts_with(c.relname, t.relname) AND c.relname ~ '_idx[0-9]*$' "
      "AND pg_catalog.age(c.xmin) < (SELECT pg_catalog.age(h.xmin) FROM " +
          History(database).table() +
          " h "
          "WHERE h.version = $2 AND h.part = $3::integer AND h.attempt = $4::integer)",
      parameters);
  if (rows.integer(0, 0) > 1) return std::nullopt;
  return rows.integer(0, 0) == 1 ? State::applied : State::failed;
}

std::optional<State> outcome_of_create(Database& database, const Statement& statement, const HistoryRow& intent) {
  switch (index_outcome(database, statement)) {
    case IndexOutcome::invalid:
      drop_leftovers(database, statement);
      return State::failed;
    case IndexOutcome::absent:
      return State::failed;
    case IndexOutcome::valid:
      break;
  }
  const ConcurrentIndex& index = *statement.traits.concurrent_index;
  return index.index.empty() ? outcome_of_unnamed(database, index, intent) : State::applied;
}

std::optional<State> outcome_of_index(Database& database, const Statement& statement, const HistoryRow& intent) {
  switch (statement.traits.concurrent_index->action) {
    case Action::create:
      return outcome_of_create(database, statement, intent);
    case Action::drop:
      return index_outcome(database, statement) == IndexOutcome::absent ? State::applied : State::failed;
    case Action::reindex:
      // Which of two equal indexes is the new one cannot be told; building it once more does no harm.
      drop_leftovers(database, statement);
      return State::failed;
  }
  return std::nullopt;
}

// A second run of it ends as the first would have: VACUUM, ANALYZE, REINDEX. Adding a value to a type twice is an
// error, and a CREATE or DROP whose index is not known has to be looked for by a person.
bool may_be_repeated(const Statement& statement) {
  const std::string& tag = statement.traits.tag;
  return statement.traits.loses_nothing_outside && tag != "ALTER TYPE" && tag != "CREATE INDEX" && tag != "DROP INDEX";
}

}  // namespace

std::optional<HistoryRow::State> look_up_outcome(Database& database, const Statement& statement,
                                                 const HistoryRow& intent) {
  if (statement.traits.concurrent_index) return outcome_of_index(database, statement, intent);
  if (may_be_repeated(statement)) return State::failed;
  return std::nullopt;
}

}  // namespace drydock
