// What a reset leaves out must not be missed: here by the words, and on a server.
#include "runner/database/postgres_residue.h"

#include <doctest/doctest.h>

#include "fixtures/test_database.h"
#include "runner/sql/splitter.h"

using namespace drydock;
using fixtures::TestDatabase;

namespace {

struct Case {
  const char* sql;
  PostgresResidue residue;
};

constexpr Case cases[] = {
    {"CREATE TABLE t (a int)", PostgresResidue::none},
    {"CREATE INDEX i ON t (a)", PostgresResidue::none},
    {"COMMENT ON TABLE t IS 'x'", PostgresResidue::none},
    {"INSERT INTO t VALUES (1)", PostgresResidue::sequences},
    {"ALTER TABLE t ADD COLUMN b serial", PostgresResidue::sequences},
    {"UPDATE t SET a = 2", PostgresResidue::sequences},
    {"CREATE TEMP TABLE t (a int)", PostgresResidue::anything},
    {"CREATE TABLE pg_temp.t (a int)", PostgresResidue::anything},
    {"CREATE TABLE t (a text DEFAULT set_config('a.b', 'c', false))", PostgresResidue::anything},
    {"INSERT INTO t SELECT PG_ADVISORY_LOCK(1)", PostgresResidue::anything},
    {"INSERT INTO t SELECT query_to_xml('LISTEN c', true, true, '')", PostgresResidue::anything},
    {"SELECT 1", PostgresResidue::anything},
    {"DO $$ BEGIN END $$", PostgresResidue::anything},
    {"SET search_path = a", PostgresResidue::anything},
    {"SET ROLE a", PostgresResidue::anything},
    {"LISTEN c", PostgresResidue::anything},
    {"DECLARE c CURSOR WITH HOLD FOR SELECT 1", PostgresResidue::anything},
    {"PREPARE p AS SELECT 1", PostgresResidue::anything},
    {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", PostgresResidue::anything},
    {"CREATE EXTENSION citext", PostgresResidue::anything},
    {"FROBNICATE t", PostgresResidue::anything},
};

// A migration of these statements, committed, and the session of the next one.
void run_as_migration(Database& database, std::string_view sql) {
  const std::vector<Statement> statements = split_statements(sql, Dialect::postgres);
  database.reset_session({});
  database.begin();
  database.run(statements, Database::Sending::together);
  database.commit();
  database.reset_session({});
}

}  // namespace

TEST_CASE("what a statement may leave in a session is told by a closed list") {
  for (const Case& each : cases) {
    CAPTURE(each.sql);
    const std::vector<Statement> statements = split_statements(each.sql, Dialect::postgres);
    REQUIRE(statements.size() == 1);
    CHECK(residue_of(statements.front()) == each.residue);
  }
}

TEST_CASE("the numbers that a migration drew are forgotten, with nothing else to reset") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  run_as_migration(*database, "CREATE TABLE t (id serial, a int);");
  run_as_migration(*database, "INSERT INTO t (a) VALUES (1);");
  CHECK_THROWS_AS(database->query("SELECT pg_catalog.lastval()"), DatabaseError);
}

TEST_CASE("what a trigger's code set for the session is reset, whoever made the function") {
  for (const bool by_migration : {true, false}) {
    CAPTURE(by_migration);
    const char* trigger =
        "CREATE TABLE t (a int);"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('my.word', 'left', "
        "false); "
        "RETURN NEW; END $$;"
        "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();";
    TestDatabase test(Dialect::postgres);
    if (!by_migration) test.execute(trigger);
    auto database = test.open();
    if (by_migration) run_as_migration(*database, trigger);
    run_as_migration(*database, "INSERT INTO t VALUES (1);");
    run_as_migration(*database, "INSERT INTO t VALUES (2);");
    CHECK(database->query("SELECT coalesce(current_setting('my.word', true), '')").text(0, 0).empty());
  }
}
