#include "runner/sql/destroys.h"

#include <doctest/doctest.h>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

struct Case {
  std::string sql;
  std::string refused;  // "" where it may stand in a baseline
};

const Case postgres_cases[] = {
    {"DROP TABLE t", "DROP"},
    {"DROP VIEW v", "DROP"},
    {"drop schema if exists a cascade", "DROP"},
    {"DROP OWNED BY app", "DROP"},
    {"DROP DATABASE d", "DROP"},
    {"TRUNCATE t", "TRUNCATE"},
    {"DELETE FROM t", "DELETE"},
    {"WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone", "DELETE"},
    {"WITH gone AS (DELETE FROM t RETURNING *) INSERT INTO u SELECT * FROM gone", "DELETE"},
    {"EXPLAIN ANALYZE DELETE FROM t", "DELETE"},
    {"PREPARE p AS DELETE FROM t", "DELETE"},
    {"COPY (DELETE FROM t RETURNING *) TO stdout", "DELETE"},
    {"MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN DELETE", "DELETE"},
    {"ALTER TABLE t DROP COLUMN c", "DROP"},
    {"ALTER TABLE t ALTER COLUMN c DROP NOT NULL", "DROP"},
    {"ALTER TABLE IF EXISTS t ADD COLUMN c int", "IF EXISTS on what stores data"},
    {"ALTER TABLE IF EXISTS t RENAME TO u", "IF EXISTS on what stores data"},
    {"ALTER SEQUENCE IF EXISTS s RESTART", "IF EXISTS on what stores data"},
    {"ALTER MATERIALIZED VIEW IF EXISTS m SET SCHEMA a", "IF EXISTS on what stores data"},
    {"ALTER TYPE t DROP ATTRIBUTE a", "DROP"},
    {"ALTER DOMAIN d DROP CONSTRAINT c", "DROP"},
    {"ALTER EXTENSION e DROP TABLE t", "DROP"},
    {"CREATE OR REPLACE TABLE t (id int)", "OR REPLACE on what stores data"},
    {"DO $$ BEGIN DROP TABLE t; END $$", "DROP in a DO block"},
    {"DO $do$ BEGIN EXECUTE 'truncate ' || 't'; END $do$", "TRUNCATE in a DO block"},
    {"DO 'BEGIN DELETE FROM t; END'", "DELETE in a DO block"},
    {"DO $$ BEGIN IF EXISTS (SELECT FROM t) THEN RAISE 'no'; END IF; END $$", ""},
    {"CREATE TABLE t (id int REFERENCES u ON DELETE CASCADE)", ""},
    {"CREATE TABLE drop (truncate int, delete int)", ""},
    {"CREATE TABLE IF NOT EXISTS t (id int)", ""},
    {"CREATE SCHEMA IF NOT EXISTS a", ""},
    {"CREATE EXTENSION IF NOT EXISTS hstore", ""},
    {"GRANT DELETE, TRUNCATE ON t TO app", ""},
    {"COMMENT ON TABLE t IS 'DROP TABLE t'", ""},
    {"INSERT INTO t VALUES ('DELETE FROM t')", ""},
    {"INSERT INTO t SELECT 1 WHERE NOT EXISTS (SELECT FROM t)", ""},
    {"CREATE OR REPLACE VIEW v AS SELECT 1", ""},
    {"ALTER VIEW IF EXISTS v RENAME TO w", ""},
    {"CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM t'", ""},
    {"CREATE FUNCTION f() RETURNS void BEGIN ATOMIC DELETE FROM t; END", ""},
    {"CREATE TRIGGER g AFTER DELETE OR UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f()", ""},
    {"CREATE RULE r AS ON DELETE TO t DO INSTEAD DELETE FROM u", ""},
    {"CREATE POLICY p ON t FOR DELETE USING (true)", ""},
    {"SELECT pg_catalog.setval('s', 3, true)", ""},
};

const Case sqlite_cases[] = {
    {"DROP TABLE t", "DROP"},
    {"DROP TABLE IF EXISTS t", "DROP"},
    {"DELETE FROM t", "DELETE"},
    {"WITH x AS (SELECT 1) DELETE FROM t", "DELETE"},
    {"REPLACE INTO t VALUES (1)", "REPLACE on a table"},
    {"INSERT OR REPLACE INTO t VALUES (1)", "OR REPLACE on a table"},
    {"UPDATE OR REPLACE t SET id = 1", "OR REPLACE on a table"},
    {"WITH x AS (SELECT 1, 2, 3, 4, 5) INSERT OR /* so */ REPLACE INTO t SELECT * FROM x", "OR REPLACE on a table"},
    {"WITH merge AS (SELECT 1), insert AS (SELECT 2) DELETE FROM t", "DELETE"},
    {"INSERT INTO t SELECT 1 FROM u WHERE a OR replace(b, 'x', 'y') = ''", ""},
    {"ALTER TABLE t DROP COLUMN c", "DROP"},
    {"CREATE TABLE t (id integer REFERENCES u ON DELETE CASCADE)", ""},
    {"CREATE TABLE t (id integer PRIMARY KEY ON CONFLICT REPLACE)", ""},
    {"CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM u; END", ""},
    {"INSERT INTO t VALUES ('DROP TABLE t', 'OR REPLACE')", ""},
    {"ALTER TABLE t ADD COLUMN c text", ""},
};

void check(const Case& each, Dialect dialect) {
  CAPTURE(each.sql);
  const std::vector<Statement> statements = split_statements(each.sql + ";\n", dialect);
  REQUIRE(statements.size() == 1);
  CHECK(destroys(statements.front(), dialect) == each.refused);
}

TEST_CASE("PostgreSQL: what takes something away is told from what only speaks of it.") {
  for (const Case& each : postgres_cases) check(each, Dialect::postgres);
}

TEST_CASE("SQLite: what takes something away is told from what only speaks of it.") {
  for (const Case& each : sqlite_cases) check(each, Dialect::sqlite);
}

}  // namespace
}  // namespace drydock
