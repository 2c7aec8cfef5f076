#include "fixtures/test_database.h"
#include "runner/history/history.h"
#include "runner/identity/identity.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::PostgresServer;
using fixtures::TestDatabase;

struct Case {
  std::string title;
  Dialect dialect;
  std::string sql;
  bool holds;
};

constexpr Dialect pg = Dialect::postgres, lite = Dialect::sqlite;

const Case cases[] = {
    {"no table", pg, "", false},
    {"no table", lite, "", false},
    {"an empty table", pg, "CREATE TABLE t (x int)", false},
    {"an empty table", lite, "CREATE TABLE t (x int)", false},
    {"a row", pg, "CREATE TABLE t (x int); INSERT INTO t VALUES (1)", true},
    {"a row", lite, "CREATE TABLE t (x int); INSERT INTO t VALUES (1)", true},
    {"a row of nothing but NULL", pg, "CREATE TABLE t (x int); INSERT INTO t VALUES (NULL)", true},
    {"a row in a table without columns", pg, "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES", true},
    {"a deleted row", pg, "CREATE TABLE t (x int); INSERT INTO t VALUES (1); DELETE FROM t", false},
    {"a row in a schema with a strange name", pg,
     R"(CREATE SCHEMA "a b.""c"; CREATE TABLE "a b.""c"."t'" (x int); INSERT INTO "a b.""c"."t'" VALUES (1))", true},
    {"a row in a table with a strange name", lite, R"(CREATE TABLE "a "" b" (x); INSERT INTO "a "" b" VALUES (1))",
     true},
    {"a row in a partition", pg,
     "CREATE TABLE t (x int) PARTITION BY RANGE (x); CREATE TABLE t1 PARTITION OF t DEFAULT; INSERT INTO t VALUES (1)",
     true},
    {"a row in an inherited child", pg,
     "CREATE TABLE t (x int); CREATE TABLE child () INHERITS (t); INSERT INTO child VALUES (1)", true},
    {"an unlogged table", pg, "CREATE UNLOGGED TABLE t (x int); INSERT INTO t VALUES (1)", true},
    {"a view that shows a row", pg, "CREATE VIEW v AS SELECT 1", false},
    {"a view that shows a row", lite, "CREATE VIEW v AS SELECT 1", false},
    {"a materialized view with a row", pg, "CREATE MATERIALIZED VIEW v AS SELECT 1", false},
    {"row-level security that may hide rows from nobody here", pg,
     "CREATE TABLE t (x int); ALTER TABLE t ENABLE ROW LEVEL SECURITY", false},
    {"a counter of SQLite's own", lite,
     "CREATE TABLE t (x INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (1); DELETE FROM t; ANALYZE", false},
    {"an empty full-text table", lite, "CREATE VIRTUAL TABLE f USING fts5(x)", false},
    {"a document in a full-text table", lite, "CREATE VIRTUAL TABLE f USING fts5(x); INSERT INTO f VALUES ('a')", true},
    {"WITHOUT ROWID", lite, "CREATE TABLE t (x PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (1)", true},
};

TEST_CASE("A database holds rows when a table of the user's has one.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    TestDatabase target(given.dialect);
    if (!given.sql.empty()) target.execute(given.sql);
    CHECK(holds_rows(*target.open()) == given.holds);
  }
}

TEST_CASE("drydock's own tables are no user's.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    history.write_stamp({random_database_id(), "development", "shop", ""});
    CHECK_FALSE(holds_rows(*database));
  });
}

TEST_CASE("The last of many tables counts like the first.") {
  each_dialect([](TestDatabase& target) {
    std::string sql;
    for (int i = 0; i < 450; ++i) sql += "CREATE TABLE t" + std::to_string(i) + " (x int);";
    const auto database = target.open();
    database->begin();
    database->execute(sql);
    database->commit();
    CHECK_FALSE(holds_rows(*database));
    database->execute("INSERT INTO t449 VALUES (1)");
    CHECK(holds_rows(*database));
  });
}

TEST_CASE("What a role cannot see counts as a row.") {
  const std::vector<std::string> hidings{
      "CREATE TABLE t (x int)",
      "CREATE SCHEMA closed; CREATE TABLE closed.t (x int); GRANT SELECT ON closed.t TO short_sighted",
      "CREATE TABLE t (x int); GRANT SELECT ON t TO short_sighted; ALTER TABLE t ENABLE ROW LEVEL SECURITY",
  };
  for (const std::string& hiding : hidings) {
    CAPTURE(hiding);
    TestDatabase target(pg);
    target.execute("CREATE ROLE short_sighted LOGIN");
    target.execute(hiding);
    const DatabaseUrl url = PostgresServer::instance().url(target.url().database(), "short_sighted");
    CHECK(holds_rows(*open_database(url)));
    CHECK_FALSE(holds_rows(*target.open()));
    target.execute("DROP OWNED BY short_sighted; DROP ROLE short_sighted");
  }
}

TEST_CASE("A temporary table of the session is not the database's.") {
  const TestDatabase target(pg);
  const auto database = target.open();
  database->execute("CREATE TEMPORARY TABLE t (x int); INSERT INTO t VALUES (1)");
  CHECK_FALSE(holds_rows(*database));
}

}  // namespace
}  // namespace drydock
