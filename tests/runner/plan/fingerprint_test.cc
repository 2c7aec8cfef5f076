#include "runner/plan/fingerprint.h"

#include "fixtures/test_database.h"
#include "runner/history/history.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::TestDatabase;

std::string fingerprint(const TestDatabase& target) { return schema_fingerprint(*target.open()); }

constexpr const char* postgres_schema = R"(
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN app.positive AS int CHECK (VALUE > 0);
CREATE TABLE app.users (id serial PRIMARY KEY, name text DEFAULT 'x', mood app.mood DEFAULT 'ok', n app.positive);
CREATE TABLE app.posts (id int, author int REFERENCES app.users, at date) PARTITION BY RANGE (id);
CREATE TABLE app.posts_1 PARTITION OF app.posts FOR VALUES FROM (0) TO (10);
CREATE INDEX by_name ON app.users (name);
CREATE VIEW app.names AS SELECT name FROM app.users;
CREATE FUNCTION app.f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE TRIGGER touch BEFORE INSERT ON app.users FOR EACH ROW EXECUTE FUNCTION app.touch();
)";

constexpr const char* sqlite_schema = R"(
CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT DEFAULT 'x');
CREATE INDEX by_name ON users (name);
CREATE VIEW names AS SELECT name FROM users;
CREATE TRIGGER touch AFTER INSERT ON users BEGIN SELECT 1; END;
)";

const char* schema_of(Dialect dialect) { return dialect == Dialect::postgres ? postgres_schema : sqlite_schema; }

TEST_CASE("Every change of the schema changes the fingerprint.") {
  const std::vector<std::string> postgres_changes{
      "ALTER TABLE app.users ADD COLUMN extra int",
      "ALTER TABLE app.users ALTER COLUMN extra TYPE bigint",
      "ALTER TABLE app.users DROP COLUMN extra",
      "ALTER TABLE app.users ALTER COLUMN n SET NOT NULL",
      "ALTER TABLE app.users ALTER COLUMN name SET DEFAULT 'y'",
      "ALTER TABLE app.users RENAME COLUMN n TO m",
      "ALTER TABLE app.users ADD CHECK (m < 10)",
      "ALTER TABLE app.users ENABLE ROW LEVEL SECURITY",
      "CREATE POLICY mine ON app.users USING (m = 1)",
      "ALTER TABLE app.posts DETACH PARTITION app.posts_1",
      "DROP INDEX app.by_name",
      "CREATE OR REPLACE VIEW app.names AS SELECT name FROM app.users WHERE m > 1",
      "CREATE OR REPLACE FUNCTION app.f(a int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT a + 1'",
      "CREATE OR REPLACE FUNCTION app.g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END",
      "CREATE OR REPLACE FUNCTION app.g() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 2; END",
      "ALTER TABLE app.users DISABLE TRIGGER touch",
      "DROP TRIGGER touch ON app.users",
      "ALTER TYPE app.mood ADD VALUE 'happy' BEFORE 'ok'",
      "ALTER DOMAIN app.positive SET DEFAULT 3",
      "ALTER SEQUENCE app.users_id_seq INCREMENT 5",
      "CREATE RULE nothing AS ON DELETE TO app.users DO INSTEAD NOTHING",
      "CREATE SCHEMA other",
      "DROP TABLE app.posts",
  };
  const std::vector<std::string> sqlite_changes{
      "ALTER TABLE users ADD COLUMN extra INT", "DROP INDEX by_name",         "DROP TRIGGER touch", "DROP VIEW names",
      "ALTER TABLE users RENAME TO people",     "CREATE TABLE other (x INT)",
  };
  each_dialect([&](TestDatabase& target) {
    target.execute(schema_of(target.dialect()));
    std::string before = fingerprint(target);
    for (const std::string& change : target.dialect() == Dialect::postgres ? postgres_changes : sqlite_changes) {
      CAPTURE(change);
      target.execute(change);
      const std::string after = fingerprint(target);
      CHECK(after != before);
      before = after;
    }
  });
}

TEST_CASE("Rows, temporary tables and drydock's own tables do not change it.") {
  each_dialect([](TestDatabase& target) {
    target.execute(schema_of(target.dialect()));
    const std::string before = fingerprint(target);
    const auto database = target.open();
    database->execute("CREATE TEMPORARY TABLE mine (x int)");
    database->execute(target.dialect() == Dialect::postgres ? "INSERT INTO app.users (name, n) VALUES ('a', 1)"
                                                            : "INSERT INTO users (name) VALUES ('a')");
    History(*database).create();
    CHECK(schema_fingerprint(*database) == before);
    CHECK(fingerprint(target) == before);
  });
}

TEST_CASE("Two databases with the same schema have the same fingerprint, whatever was there before.") {
  each_dialect([](TestDatabase& target) {
    TestDatabase other(target.dialect());
    other.execute("CREATE TABLE passing (x int); DROP TABLE passing");
    target.execute(schema_of(target.dialect()));
    other.execute(schema_of(target.dialect()));
    CHECK(fingerprint(target) == fingerprint(other));
  });
}

TEST_CASE("The search_path neither changes the fingerprint nor is changed by it.") {
  TestDatabase target(Dialect::postgres);
  target.execute(postgres_schema);
  const std::string expected = fingerprint(target);
  const auto database = target.open();
  database->execute("SET search_path = app, public");
  CHECK(schema_fingerprint(*database) == expected);
  CHECK(database->query("SHOW search_path").text(0, 0) == "app, public");

  database->begin();
  database->execute("SET LOCAL search_path = ''");
  CHECK(schema_fingerprint(*database) == expected);
  CHECK(database->query("SHOW search_path").text(0, 0) == R"("")");
  database->rollback();
  CHECK(database->query("SHOW search_path").text(0, 0) == "app, public");
}

}  // namespace
}  // namespace drydock
