#include "runner/apply/intents.h"

#include <doctest/doctest.h>

#include "fixtures/test_database.h"
#include "runner/sql/classify.h"

using namespace drydock;
using fixtures::TestDatabase;
using State = HistoryRow::State;

namespace {

Statement statement_of(const std::string& text, Dialect dialect) {
  Statement statement;
  statement.text = text;
  statement.traits = classify(text, dialect);
  return statement;
}

HistoryRow write_intent(Database& database) {
  HistoryRow intent;
  intent.id = "0001";
  intent.state = State::started;
  History history(database);
  history.create();
  const Statement record = history.record(intent);
  database.run({&record, 1}, Database::Sending::one_by_one);
  return intent;
}

std::string word_for(std::optional<State> outcome) {
  return !outcome ? "unknown" : *outcome == State::applied ? "applied" : "failed";
}

// A build that fails leaves its index behind, invalid.
constexpr const char* broken_build = "CREATE UNIQUE INDEX CONCURRENTLY i ON t (same)";
constexpr const char* broken_unnamed_build = "CREATE UNIQUE INDEX CONCURRENTLY ON t (same)";

struct Case {
  const char* begun;     // the statement whose outcome nobody recorded
  const char* before;    // ran before its intent was written
  const char* happened;  // after it; may fail
  const char* outcome;
  int indexes;  // of the table, afterwards; none is invalid
};

const Case cases[] = {
    {"CREATE INDEX CONCURRENTLY i ON t (a)", "", "CREATE INDEX CONCURRENTLY i ON t (a)", "applied", 1},
    {"CREATE INDEX CONCURRENTLY i ON t (a)", "", "", "failed", 0},
    {broken_build, "", broken_build, "failed", 0},
    {"CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON public.t (a)", "", "CREATE INDEX i ON t (a)", "applied", 1},
    {"CREATE INDEX CONCURRENTLY ON t (a)", "CREATE INDEX ON t (a)", "CREATE INDEX CONCURRENTLY ON t (a)", "applied", 2},
    {"CREATE INDEX CONCURRENTLY ON t (a)", "CREATE INDEX ON t (a)", "", "failed", 1},
    {"CREATE INDEX CONCURRENTLY ON public.t (a)", "", "CREATE INDEX ON t (a)", "applied", 1},
    {"CREATE INDEX CONCURRENTLY ON t (a)", "", "CREATE INDEX ON t (a); CREATE INDEX ON t (same)", "unknown", 2},
    {broken_unnamed_build, "", broken_unnamed_build, "failed", 0},
    {"DROP INDEX CONCURRENTLY i", "CREATE INDEX i ON t (a)", "", "failed", 1},
    {"DROP INDEX CONCURRENTLY i", "CREATE INDEX i ON t (a)", "DROP INDEX i", "applied", 0},
    {"REINDEX INDEX CONCURRENTLY i", "CREATE INDEX i ON t (a)", "", "failed", 1},
    {"REINDEX INDEX CONCURRENTLY i", "CREATE INDEX i ON t (a)",
     "CREATE INDEX i_ccnew ON t (a); UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'i_ccnew'::regclass",
     "failed", 1},
    {"REINDEX TABLE CONCURRENTLY t", "", "", "failed", 0},
    {"VACUUM t", "", "", "failed", 0},
    {"CREATE DATABASE other", "", "", "unknown", 0},
    {"CALL archive()", "", "", "unknown", 0},
};

}  // namespace

TEST_CASE("the database tells what became of a statement that was begun outside a transaction") {
  for (const Case& each : cases) {
    CAPTURE(each.begun);
    CAPTURE(each.happened);
    TestDatabase test(Dialect::postgres);
    test.execute("CREATE TABLE t (a integer, same integer); INSERT INTO t VALUES (1, 0), (2, 0)");
    test.execute(each.before);
    const auto database = test.open();
    const HistoryRow intent = write_intent(*database);
    try {
      test.execute(each.happened);
    } catch (const DatabaseError& error) {
      CHECK(error.sqlstate() == "23505");
    }
    CHECK(word_for(look_up_outcome(*database, statement_of(each.begun, Dialect::postgres), intent)) == each.outcome);
    CHECK(test.ask("SELECT count(*) FROM pg_index WHERE indrelid = 't'::regclass") == std::to_string(each.indexes));
    CHECK(test.ask("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0");
  }
}

TEST_CASE("SQLite's statements outside a transaction may be run once more, where they lose nothing") {
  TestDatabase test(Dialect::sqlite);
  const auto database = test.open();
  const HistoryRow intent = write_intent(*database);
  CHECK(word_for(look_up_outcome(*database, statement_of("VACUUM", Dialect::sqlite), intent)) == "failed");
  CHECK(word_for(look_up_outcome(*database, statement_of("PRAGMA journal_mode = WAL", Dialect::sqlite), intent)) ==
        "failed");
  CHECK(word_for(look_up_outcome(*database, statement_of("ATTACH 'other.db' AS other", Dialect::sqlite), intent)) ==
        "unknown");
}
