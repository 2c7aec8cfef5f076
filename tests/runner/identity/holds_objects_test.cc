#include "fixtures/test_database.h"
#include "runner/history/history.h"
#include "runner/identity/identity.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::TestDatabase;

struct Case {
  std::string title;
  Dialect dialect;
  std::string sql;
  std::vector<std::string> schemas;
  bool holds;
};

constexpr Dialect pg = Dialect::postgres, lite = Dialect::sqlite;

const Case cases[] = {
    {"nothing", pg, "", {"app"}, false},
    {"nothing", lite, "", {}, false},
    {"an empty table", pg, "CREATE TABLE t ()", {}, true},
    {"an empty table", lite, "CREATE TABLE t (x)", {}, true},
    {"a view", pg, "CREATE VIEW v AS SELECT 1", {}, true},
    {"a view", lite, "CREATE VIEW v AS SELECT 1", {}, true},
    {"a table that is gone",
     lite,
     "CREATE TABLE t (x INTEGER PRIMARY KEY AUTOINCREMENT); DROP TABLE t; ANALYZE",
     {},
     false},
    {"a sequence", pg, "CREATE SEQUENCE s", {}, true},
    {"a type", pg, "CREATE TYPE t AS ENUM ('a')", {}, true},
    {"a domain", pg, "CREATE DOMAIN d AS int", {}, true},
    {"a function", pg, "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", {}, true},
    {"an operator class of nothing else", pg, "CREATE OPERATOR FAMILY f USING btree", {}, true},
    {"a text search configuration", pg, "CREATE TEXT SEARCH CONFIGURATION c (COPY = simple)", {}, true},
    {"an extension", pg, "CREATE EXTENSION hstore", {}, false},
    {"a table beside an extension", pg, "CREATE EXTENSION hstore; CREATE TABLE t (x hstore)", {}, true},
    {"an empty schema", pg, "CREATE SCHEMA app", {"app"}, false},
    {"a table in a schema that is asked for", pg, "CREATE SCHEMA app; CREATE TABLE app.t ()", {"app"}, true},
    {"a table in one that is not", pg, "CREATE SCHEMA app; CREATE TABLE app.t ()", {"other"}, false},
    {"a schema with a strange name",
     pg,
     R"(CREATE SCHEMA "a,\""b{"; CREATE TABLE "a,\""b{".t ())",
     {"x", R"(a,\"b{)"},
     true},
    {"drydock's own, though it is asked for",
     pg,
     "CREATE SCHEMA drydock; CREATE TABLE drydock.t ()",
     {"drydock"},
     false},
    {"a temporary table", lite, "CREATE TEMP TABLE t (x)", {}, false},
};

TEST_CASE("A database holds objects when it has any that a user made where it is asked.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    TestDatabase target(given.dialect);
    if (!given.sql.empty()) target.execute(given.sql);
    CHECK(holds_objects(*target.open(), given.schemas) == given.holds);
  }
}

TEST_CASE("drydock's record is no object, and the question can be asked inside a transaction.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History(*database).create();
    database->begin();
    CHECK_FALSE(holds_objects(*database, {}));
    database->execute("CREATE TABLE t (x int)");
    CHECK(holds_objects(*database, {}));
    database->rollback();
  });
}

}  // namespace
}  // namespace drydock
