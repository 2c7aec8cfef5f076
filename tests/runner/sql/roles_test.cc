// Which roles a statement names and makes.
#include "runner/sql/roles.h"

#include <doctest/doctest.h>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

struct Case {
  const char* sql;
  std::vector<std::string> named, created;
};

TEST_CASE("a statement's roles are found wherever the grammar has them") {
  const std::vector<Case> cases = {
      {"GRANT SELECT ON t TO bob, \"Al ice\"", {"bob", "Al ice"}, {}},
      {"GRANT SELECT ON t TO PUBLIC, CURRENT_USER", {}, {}},
      {"GRANT bob TO alice", {"bob", "alice"}, {}},
      {"ALTER TABLE t OWNER TO bob", {"bob"}, {}},
      {"CREATE POLICY p ON t TO bob USING (true)", {"bob"}, {}},
      {"ALTER DEFAULT PRIVILEGES FOR ROLE bob GRANT SELECT ON TABLES TO alice", {"bob", "alice"}, {}},
      {"SET ROLE bob", {"bob"}, {}},
      {"SET ROLE NONE", {}, {}},
      {"SET SESSION AUTHORIZATION bob", {"bob"}, {}},
      {"CREATE SCHEMA s AUTHORIZATION bob", {"bob"}, {}},
      {"CREATE USER MAPPING FOR bob SERVER s", {"bob"}, {}},
      {"COMMENT ON ROLE bob IS 'x'", {"bob"}, {}},
      {"ALTER ROLE bob SET work_mem = '1MB'", {"bob"}, {}},
      {"CREATE ROLE carol IN ROLE bob", {"bob"}, {"carol"}},
      {"CREATE USER carol", {}, {"carol"}},
      {"SELECT 'GRANT SELECT ON t TO bob'", {}, {}},
      {"CREATE TABLE t (role text DEFAULT current_user)", {}, {}},
      {"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'carol') THEN CREATE ROLE carol; END IF; "
       "GRANT SELECT ON t TO bob; END $$",
       {"bob"},
       {"carol"}},
  };
  for (const Case& each : cases) {
    CAPTURE(each.sql);
    const std::vector<Statement> statements = split_statements(each.sql, Dialect::postgres);
    REQUIRE(statements.size() == 1);
    const RoleNames names = role_names(statements[0]);
    CHECK(names.named == each.named);
    CHECK(names.created == each.created);
  }
}

TEST_CASE("a new owner is known as such") {
  for (const char* sql :
       {"ALTER TABLE t OWNER TO bob", "ALTER FUNCTION f() OWNER TO bob", "ALTER SCHEMA s OWNER TO bob"}) {
    Statement statement;
    statement.text = sql;
    CHECK(role_names(statement).owners == std::vector<std::string>{"bob"});
  }
}

TEST_CASE("an expression of any depth is survived") {
  for (const std::size_t depth : {3900, 100000}) {
    std::string sql = "CREATE VIEW v AS SELECT ";
    for (std::size_t i = 0; i < depth; ++i) sql += "NOT ";
    const std::vector<Statement> statements = split_statements(sql + "true", Dialect::postgres);
    REQUIRE(statements.size() == 1);
    CHECK(role_names(statements.front()).named.empty());
  }
}

TEST_CASE("a text that is no SQL names nobody") {
  Statement statement;
  statement.text = "GRANT nonsense TO TO";
  CHECK(role_names(statement).named.empty());
}

}  // namespace
}  // namespace drydock
