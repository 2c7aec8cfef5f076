#include "runner/sql/schemas_named.h"

#include <doctest/doctest.h>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

struct Case {
  std::string sql;
  std::string schemas;
};

const Case cases[] = {
    {"CREATE TABLE t (id int)", ""},
    {"CREATE TABLE shop.t (id int)", "shop"},
    {"CREATE TABLE Shop . t (id int)", "shop"},
    {"CREATE TABLE \"Shop \"\"2\"\"\".t (id int)", "Shop \"2\""},
    {"CREATE SCHEMA shop", "shop"},
    {"CREATE SCHEMA IF NOT EXISTS shop", "shop"},
    {"ALTER SCHEMA shop RENAME TO store", "shop"},
    {"CREATE SCHEMA b; CREATE TABLE a.t (id int); CREATE TABLE a.u (id int)", "a, b"},
    {"CREATE VIEW v AS SELECT t.id FROM shop.t", "shop, t"},
    {"SET search_path = a, \"B\", 'c'; CREATE TABLE t (id int)", "B, a, c"},
    {"SET LOCAL search_path TO a; CREATE TABLE t (id int)", "a"},
    {"SET statement_timeout = 0", ""},
    {"INSERT INTO t VALUES ('shop.t', 1.5) -- shop.t", ""},
};

TEST_CASE("A file names the schemas in which it may make anything.") {
  for (const Case& each : cases) {
    CAPTURE(each.sql);
    std::string shown;
    for (const std::string& schema : schemas_named(split_statements(each.sql, Dialect::postgres), Dialect::postgres))
      shown += (shown.empty() ? "" : ", ") + schema;
    CHECK(shown == each.schemas);
  }
  CHECK(schemas_named(split_statements("CREATE TABLE main.t (id int)", Dialect::sqlite), Dialect::sqlite).empty());
}

}  // namespace
}  // namespace drydock
