#include "runner/sql/statement_facts.h"

#include <doctest/doctest.h>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;
using Action = AlterAction::Kind;

StatementFacts facts(const std::string& sql, Dialect dialect = Dialect::postgres) {
  CAPTURE(sql);
  const std::vector<Statement> statements = split_statements(sql + ";\n", dialect);
  REQUIRE(statements.size() == 1);
  return facts_of(statements.front(), dialect);
}

AlterAction action(const std::string& sql, Dialect dialect = Dialect::postgres) {
  const StatementFacts found = facts(sql, dialect);
  REQUIRE(found.actions.size() == 1);
  return found.actions.front();
}

struct Object {
  std::string sql;
  Kind kind;
  std::string object;
};

TEST_CASE("PostgreSQL: a statement is about one object, named as it is written") {
  const Object cases[] = {
      {"CREATE TABLE t (id int)", Kind::create_table, "t"},
      {"CREATE UNLOGGED TABLE IF NOT EXISTS a.\"My T\" (id int)", Kind::create_table, "a.My T"},
      {"CREATE TABLE t AS SELECT 1", Kind::create_table, "t"},
      {"CREATE OR REPLACE VIEW V AS SELECT 1", Kind::create_view, "v"},
      {"CREATE MATERIALIZED VIEW m AS SELECT 1", Kind::create_view, "m"},
      {"CREATE UNIQUE INDEX CONCURRENTLY i ON a.t (x)", Kind::create_index, "a.t"},
      {"DROP INDEX IF EXISTS a.i", Kind::drop_index, "a.i"},
      {"DROP TABLE t, u", Kind::drop_table, "t"},
      {"ALTER TABLE ONLY a.t ADD COLUMN c int", Kind::alter_table, "a.t"},
      {"ALTER TABLE t RENAME TO u", Kind::rename_table, "t"},
      {"ALTER TABLE t RENAME a TO b", Kind::rename_column, "t"},
      {"TRUNCATE a, b CASCADE", Kind::truncate, "a"},
      {"CREATE TYPE s.mood AS ENUM ('sad')", Kind::create_enum, "s.mood"},
      {"ALTER TYPE mood ADD VALUE 'glad'", Kind::add_enum_value, "mood"},
      {"VACUUM (FULL, ANALYZE) t", Kind::vacuum_full, "t"},
      {"VACUUM FULL", Kind::vacuum_full, ""},
      {"CLUSTER t USING i", Kind::cluster, "t"},
      {"REINDEX TABLE t", Kind::reindex, "t"},
      {"REFRESH MATERIALIZED VIEW m", Kind::refresh, "m"},
      {"UPDATE ONLY a.t AS x SET b = 1", Kind::update, "a.t"},
      {"WITH x AS (UPDATE u SET a = 1 RETURNING a), y AS (SELECT 1) DELETE FROM t", Kind::remove, "t"},
      {"WITH update AS (SELECT 1) UPDATE t SET a = 1", Kind::update, "t"},
      {"INSERT INTO t (a) SELECT 1", Kind::insert_selected, "t"},
      {"INSERT INTO t (a) WITH x AS (SELECT 1) SELECT * FROM x", Kind::insert_selected, "t"},
  };
  for (const Object& each : cases) {
    CAPTURE(each.sql);
    CHECK(facts(each.sql).kind == each.kind);
    CHECK(facts(each.sql).object.text() == each.object);
  }
}

TEST_CASE("PostgreSQL: what only looks like it has no facts") {
  for (const char* sql :
       {"SELECT 'UPDATE t SET a = 1'", "VACUUM t", "VACUUM (FULL false) t", "INSERT INTO t VALUES ((SELECT 1))",
        "INSERT INTO t DEFAULT VALUES", "ALTER INDEX i RENAME TO j", "ALTER VIEW v RENAME TO w",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'glad'", "ALTER TABLE t RENAME CONSTRAINT a TO b",
        "DO $$ BEGIN DELETE FROM t; END $$", "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'",
        "ALTER SEQUENCE s RESTART", "DROP FUNCTION f", "ANALYZE t", "ALTER TABEL t ADD COLUMN c int"})
    CHECK_MESSAGE(facts(sql).kind == Kind::none, sql);
}

TEST_CASE("PostgreSQL: the commands of an ALTER TABLE are told apart, with the lock that all of them need") {
  const StatementFacts found = facts(
      "ALTER TABLE t ADD COLUMN a int NOT NULL, DROP COLUMN b, ALTER c TYPE text, ALTER d SET NOT NULL, "
      "ADD CONSTRAINT e CHECK (c > 0) NOT VALID, VALIDATE CONSTRAINT f, DROP CONSTRAINT g, SET LOGGED");
  std::vector<Action> kinds;
  for (const AlterAction& each : found.actions) kinds.push_back(each.kind);
  CHECK(kinds == std::vector{Action::add_column, Action::drop_column, Action::set_type, Action::set_not_null,
                             Action::add_constraint, Action::validate_constraint, Action::drop_constraint,
                             Action::set_logged});
  CHECK(found.lock == TableLock::access_exclusive);
  CHECK(facts("ALTER TABLE t VALIDATE CONSTRAINT c").lock == TableLock::weak);
  CHECK(facts("ALTER TABLE t ALTER c SET STATISTICS 100").lock == TableLock::weak);
  CHECK(facts("ALTER TABLE t ATTACH PARTITION p FOR VALUES IN (1)").lock == TableLock::weak);
  CHECK(facts("ALTER TABLE t DETACH PARTITION p CONCURRENTLY").lock == TableLock::weak);
  CHECK(facts("ALTER TABLE t DETACH PARTITION p").lock == TableLock::access_exclusive);
  CHECK(facts("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u").lock == TableLock::share_row_exclusive);
  CHECK(facts("ALTER TABLE t DISABLE TRIGGER g").lock == TableLock::share_row_exclusive);
  CHECK(facts("ALTER TABLE t ADD CHECK (a > 0) NOT VALID").lock == TableLock::access_exclusive);
}

TEST_CASE("PostgreSQL: a column says what fills it") {
  const auto column = [](const std::string& definition) {
    return action("ALTER TABLE t ADD COLUMN c " + definition).column;
  };
  CHECK(column("int").type.name == "int4");
  CHECK(column("double precision[]").type.array);
  CHECK(column("numeric(10, 2)").type.modifiers == std::vector{10, 2});
  CHECK(column("app.colour").type.name == "app.colour");
  CHECK_FALSE(column("int").not_null);
  CHECK(column("int NOT NULL").not_null);
  CHECK(column("int PRIMARY KEY").not_null);
  CHECK(column("int DEFAULT 0").has_default);
  CHECK_FALSE(column("int DEFAULT NULL").has_default);
  CHECK(column("text DEFAULT lower(md5(random()::text))").default_calls ==
        std::vector<std::string>{"lower", "md5", "random"});
  CHECK(column("timestamptz DEFAULT current_timestamp").default_calls.empty());
  CHECK(column("int GENERATED ALWAYS AS IDENTITY").identity);
  CHECK(column("int GENERATED ALWAYS AS (a + 1) STORED").stored);
  const ColumnFacts checked = column("int REFERENCES u CHECK (c > 0) UNIQUE");
  REQUIRE(checked.constraints.size() == 3);
  CHECK(checked.constraints[0].kind == ConstraintFacts::Kind::foreign_key);
  CHECK(checked.constraints[1].kind == ConstraintFacts::Kind::check);
  CHECK(checked.constraints[2].kind == ConstraintFacts::Kind::unique);
}

TEST_CASE("PostgreSQL: a constraint says whether it is proved at once") {
  const auto constraint = [](const std::string& definition) {
    return action("ALTER TABLE t ADD CONSTRAINT k " + definition).constraint;
  };
  CHECK_FALSE(constraint("FOREIGN KEY (a) REFERENCES s.u").not_valid);
  CHECK(constraint("FOREIGN KEY (a) REFERENCES s.u NOT VALID").not_valid);
  CHECK(constraint("FOREIGN KEY (a) REFERENCES s.u").references.text() == "s.u");
  CHECK(constraint("CHECK (a IS NOT NULL) NOT VALID").not_null_column == "a");
  CHECK(constraint("CHECK (a IS NULL)").not_null_column.empty());
  CHECK(constraint("CHECK (a IS NOT NULL AND b > 0)").not_null_column.empty());
  CHECK(constraint("UNIQUE USING INDEX i").using_index == "i");
  CHECK(constraint("UNIQUE (a, b)").columns == std::vector<std::string>{"a", "b"});
}

TEST_CASE("PostgreSQL: a change of type says how the new value is found") {
  using Using = AlterAction::Using;
  CHECK(action("ALTER TABLE t ALTER c TYPE int").by == Using::assignment);
  CHECK(action("ALTER TABLE t ALTER c TYPE int USING c::int").by == Using::plain_cast);
  CHECK(action("ALTER TABLE t ALTER c TYPE mood USING c::text::mood").by == Using::plain_cast);
  CHECK(action("ALTER TABLE t ALTER c TYPE int USING length(c)").by == Using::expression);
  CHECK(action("ALTER TABLE t ALTER c TYPE int USING d::int").by == Using::expression);
}

struct Bounds {
  std::string sql;
  bool bounded, by_id;
};

TEST_CASE("a WHERE counts where it chooses the rows of the statement itself") {
  const Bounds cases[] = {
      {"UPDATE t SET a = 1", false, false},
      {"UPDATE t SET a = (SELECT max(b) FROM u WHERE u.id = t.id)", false, false},
      {"WITH x AS (SELECT 1 WHERE true) UPDATE t SET a = 1", false, false},
      {"UPDATE t SET a = 1 FROM u", false, false},
      {"UPDATE t SET a = 1 FROM u WHERE u.id = t.id", true, false},
      {"UPDATE t SET a = 1 WHERE true", true, false},
      {"UPDATE t SET a = 1 WHERE id = 7", true, true},
      {"UPDATE t SET a = 1 WHERE t.id = 'x' RETURNING a", true, true},
      {"UPDATE t SET a = 1 WHERE id = 7 OR b", true, false},
      {"UPDATE t SET a = 1 WHERE kind = 7", true, false},
      {"DELETE FROM t", false, false},
      {"DELETE FROM t -- WHERE id = 7", false, false},
      {"DELETE FROM t WHERE a IS NULL", true, false},
  };
  for (const Bounds& each : cases)
    for (const Dialect dialect : {Dialect::postgres, Dialect::sqlite}) {
      CAPTURE(each.sql);
      CHECK(facts(each.sql, dialect).bounded == each.bounded);
      CHECK(facts(each.sql, dialect).by_id == each.by_id);
    }
}

TEST_CASE("the columns that an UPDATE sets are known where each is set by itself") {
  const auto set = [](const std::string& sql) { return facts(sql).set_columns; };
  CHECK(set("UPDATE t SET a = f(1, 2), \"B\" = 2 WHERE c") == std::vector<std::string>{"a", "B"});
  CHECK(set("UPDATE t SET (a, b) = (1, 2)").empty());
}

TEST_CASE("SQLite: a statement is told by its words") {
  const Object cases[] = {
      {"CREATE TABLE IF NOT EXISTS Users (id)", Kind::create_table, "Users"},
      {"CREATE VIRTUAL TABLE s USING fts5(a)", Kind::create_table, "s"},
      {"ALTER TABLE `a b` RENAME TO c", Kind::rename_table, "a b"},
      {"ALTER TABLE t RENAME a TO b", Kind::rename_column, "t"},
      {"DROP TABLE IF EXISTS main.t", Kind::drop_table, "main.t"},
      {"UPDATE OR IGNORE t SET a = 1", Kind::update, "t"},
      {"REPLACE INTO t SELECT * FROM u", Kind::insert_selected, "t"},
      {"INSERT OR IGNORE INTO t SELECT * FROM u", Kind::insert_selected, "t"},
      {"PRAGMA foreign_keys = ON", Kind::pragma_foreign_keys, ""},
      {"PRAGMA foreign_keys", Kind::none, ""},
      {"PRAGMA foreign_key_check", Kind::none, ""},
      {"ALTER TABLE , x", Kind::none, ""},
      {"CREATE INDEX i ON t (a)", Kind::none, ""},
      {"CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM u; END", Kind::none, ""},
  };
  for (const Object& each : cases) {
    CAPTURE(each.sql);
    CHECK(facts(each.sql, Dialect::sqlite).kind == each.kind);
    CHECK(facts(each.sql, Dialect::sqlite).object.text() == each.object);
  }
}

TEST_CASE("SQLite: a column says what fills it, and the pragma whether it switches on") {
  const auto column = [](const std::string& definition) {
    return action("ALTER TABLE t ADD " + definition, Dialect::sqlite).column;
  };
  CHECK(column("c TEXT NOT NULL").not_null);
  CHECK_FALSE(column("c TEXT CHECK (c IS NOT NULL)").not_null);
  CHECK(column("COLUMN c NOT NULL DEFAULT (1 + 1)").has_default);
  CHECK_FALSE(column("c NOT NULL DEFAULT NULL").has_default);
  CHECK(column("c INT AS (a + 1) VIRTUAL").generated);
  for (const char* on : {"ON", "1", "'yes'", "true"})
    CHECK(facts(std::string("PRAGMA foreign_keys = ") + on, Dialect::sqlite).switches_on);
  for (const char* off : {"OFF", "0", "no", "FALSE"})
    CHECK_FALSE(facts(std::string("PRAGMA foreign_keys(") + off + ")", Dialect::sqlite).switches_on);
}

TEST_CASE("two names may be one table where no schema says otherwise") {
  CHECK(may_be_same({"", "users"}, {"public", "users"}));
  CHECK(may_be_same({"public", "users"}, {"public", "users"}));
  CHECK_FALSE(may_be_same({"app", "users"}, {"public", "users"}));
  CHECK_FALSE(may_be_same({"", "users"}, {"", "user"}));
}

}  // namespace
}  // namespace drydock
