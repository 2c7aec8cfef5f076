#include <doctest/doctest.h>

#include "rehearsal/shadow/postgres_source_fixture.h"

namespace drydock {
namespace {

using shadow_test::PostgresSourceFixture;

TEST_CASE("A private shadow holds the schema and every row of the source") {
  PostgresSourceFixture source(
      "CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, twice int GENERATED "
      "ALWAYS AS (length(name) * 2) STORED);"
      "INSERT INTO people (name) SELECT 'p' || i FROM generate_series(1, 1000) i;"
      "CREATE TABLE empty (); CREATE VIEW v AS SELECT * FROM people;");
  auto shadow = source.clone();
  CHECK(shadow->provider() == "private");
  CHECK(shadow->source_census().rows == 1000);
  CHECK(shadow->shadow_census().rows == 1000);
  CHECK(shadow->shadow_census().tables == 2);
  CHECK(shadow->database().query("SELECT count(*), sum(twice) FROM v").text(0, 0) == "1000");
  CHECK(source.same_on_both(*shadow, "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM people p"));
}

}  // namespace
}  // namespace drydock
