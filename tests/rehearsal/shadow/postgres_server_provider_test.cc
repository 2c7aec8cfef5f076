#include <doctest/doctest.h>
#include <unistd.h>

#include "rehearsal/shadow/postgres_source_fixture.h"
#include "runner/migration/migration.h"

namespace drydock {
namespace {

using shadow_test::has_note;
using shadow_test::PostgresSourceFixture;

constexpr const char* lent = "SELECT count(*) FROM pg_database WHERE datname LIKE 'drydock\\_shadow\\_%'";

Plan plan_of(const std::string& sql) {
  MigrationFile file;
  file.name = "one";
  file.file = "1_one.sql";
  file.text = sql;
  Plan plan;
  Step step;
  step.migration = parse_migration(file, Dialect::postgres);
  plan.steps.push_back(std::move(step));
  return plan;
}

TEST_CASE("A database on another server is filled, used and dropped") {
  PostgresSourceFixture source(
      "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT FROM generate_series(1, 20);");
  source.request.server_url = fixtures::PostgresServer::instance().url().display();
  {
    auto shadow = make_shadow(source.request, "server");
    CHECK(shadow->provider() == "server");
    CHECK(shadow->shadow_census().rows == 20);
    CHECK(source.database().ask(lent) == "1");
    CHECK(shadow->place().find("drydock_shadow_") != std::string::npos);
    CHECK(has_note(*shadow, "owners and grants"));
    shadow->database().execute("DROP TABLE t");
  }
  CHECK(source.database().ask(lent) == "0");
  CHECK(source.database().ask("SELECT count(*) FROM t") == "20");
}

TEST_CASE("What a killed run left on the server is dropped by the next; what may be in use is not") {
  PostgresSourceFixture source("CREATE TABLE t (id int)");
  source.request.server_url = fixtures::PostgresServer::instance().url().display();
  char host[256] = {};
  ::gethostname(host, sizeof host - 1);
  auto lend = [&](const std::string& name, const std::string& comment) {
    source.database().execute("CREATE DATABASE " + name);
    source.database().execute("COMMENT ON DATABASE " + name + " IS '" + comment + "'");
  };
  lend("drydock_shadow_1", std::string("drydock shadow of ") + host + " 999999999 5");
  lend("drydock_shadow_2", "drydock shadow of another.host 999999999 5");
  make_shadow(source.request, "server").reset();
  CHECK(source.database().ask(lent) == "1");
  source.database().execute("DROP DATABASE drydock_shadow_2");
}

TEST_CASE("Statements about a whole server never reach one that others use") {
  PostgresSourceFixture source("SELECT 1");
  source.request.server_url = fixtures::PostgresServer::instance().url().display();
  for (const char* sql : {"CREATE TABLE t ();\nCREATE ROLE r;", "SELECT 1;\nALTER SYSTEM SET work_mem = '1MB';"}) {
    Plan plan = plan_of(sql);
    source.request.plan = &plan;
    INFO(sql);
    try {
      make_shadow(source.request, "server");
      FAIL_CHECK("made");
    } catch (const CannotRehearse& error) {
      CHECK(std::string(error.what()).find("1_one.sql:2") != std::string::npos);
    }
  }
}

TEST_CASE("Without an address the setting is named") {
  PostgresSourceFixture source("SELECT 1");
  try {
    make_shadow(source.request, "server");
    FAIL("made");
  } catch (const CannotRehearse& error) {
    CHECK(std::string(error.what()).find("shadow_server") != std::string::npos);
  }
}

TEST_CASE("A plan that makes an extension which is not installed here cannot be rehearsed") {
  PostgresSourceFixture source("SELECT 1");
  Plan plan = plan_of("CREATE EXTENSION IF NOT EXISTS \"no_such_extension\"");
  source.request.plan = &plan;
  const std::string refusal = source.refusal();
  INFO(refusal);
  CHECK(refusal.find("1_one.sql:1 makes the extension no_such_extension") != std::string::npos);
}

}  // namespace
}  // namespace drydock
