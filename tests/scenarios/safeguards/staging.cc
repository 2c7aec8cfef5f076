// `backup stage`: a staging database is replaced by a proved and masked backup, and no other database is.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

// Production, with two people and their three orders, and a backup of it in the file `backup`.
void fill(const Project& production) {
  production.write("migrations/0001_shop.sql",
                   "CREATE TABLE people (id integer PRIMARY KEY, email text);\n"
                   "CREATE TABLE orders (id integer PRIMARY KEY, person integer REFERENCES people ON DELETE CASCADE,"
                   " made_at timestamp);\n");
  REQUIRE(production.drydock({"migrate", "--environment", "production"}).code == 0);
  production.sql(
      "INSERT INTO people VALUES (1, 'ann@example.org'), (2, 'bob@example.org');"
      "INSERT INTO orders VALUES (1, 1, '2024-03-01 12:00:00'), (2, 1, '2024-03-02 12:00:00'),"
      " (3, 2, '2024-03-03 12:00:00')");
  REQUIRE(production.drydock({"init", "--environment", "production"}).code == 0);
  if (production.kind() == Project::Kind::postgres)
    production.shell((fixtures::PostgresServer::instance().binaries() / "pg_dump").string() + " -Fc -f backup '" +
                     production.url() + "'");
  else
    production.shell("cp app.db backup");
  production.write("mask.sql", "UPDATE people SET email = 'person' || id;\nDELETE FROM people WHERE id = 2;\n");
}

// Another database, stamped as that environment, with a table and a row of its own.
void stamp(const Project& database, const std::string& environment) {
  REQUIRE(database.drydock({"init", "--environment", environment}).code == 0);
  database.sql("CREATE TABLE old_things (id integer PRIMARY KEY); INSERT INTO old_things VALUES (7)");
}

// From another project's folder.
std::string address(const Project& database) {
  return database.kind() == Project::Kind::postgres ? database.url()
                                                    : "sqlite:" + (database.folder() / "app.db").string();
}

Ran stage(const Project& production, const std::string& to, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"backup", "stage", "backup", "--to", to, "--environment", "production"};
  words.insert(words.end(), more.begin(), more.end());
  return production.drydock(words);
}

void refused(const Project& production, const Project& database, int code, const std::string& reason,
             std::vector<std::string> more = {}) {
  const Ran ran = stage(production, address(database), std::move(more));
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
  CHECK(ran.says(reason));
  CHECK(database.value("SELECT count(*) FROM old_things") == "1");
  CHECK_FALSE(database.has_table("people"));
}

TEST_CASE("a staging database is replaced by the masked backup, and keeps its own stamp") {
  for (const Project::Kind kind : both_kinds) {
    const Project production(kind), staging(kind);
    fill(production);
    stamp(staging, "staging");
    const std::string id = staging.value(kind == Project::Kind::postgres ? "SELECT database_id FROM drydock.stamp"
                                                                         : "SELECT database_id FROM drydock_stamp");
    const Ran ran = stage(production, address(staging), {"--mask", "mask.sql", "--json"});
    INFO(ran.out, ran.err);
    REQUIRE(ran.code == 0);
    const nlohmann::json report = nlohmann::json::parse(ran.out);
    CHECK(report["schema"] == "drydock.stage/1");
    CHECK(report["masked_statements"] == 2);
    CHECK(report["contents"].size() == 2);

    CHECK_FALSE(staging.has_table("old_things"));
    CHECK(staging.value("SELECT email FROM people") == "person1");
    CHECK(staging.value("SELECT count(*) FROM orders") == "2");
    CHECK(production.value("SELECT count(*) FROM people") == "2");
    // It goes on as staging, with what production had applied.
    staging.write("migrations/0001_shop.sql", production.read("migrations/0001_shop.sql"));
    const Ran status = staging.drydock({"status", "--check", "--json", "--environment", "staging"});
    INFO(status.out, status.err);
    CHECK(status.code == 0);
    CHECK(staging.read("drydock.toml").find(id) != std::string::npos);
  }
}

TEST_CASE("an empty database is stamped and filled, twice, and the report shows rows and newest times") {
  for (const Project::Kind kind : both_kinds) {
    const Project production(kind), staging(kind);
    fill(production);
    for (int time = 0; time < 2; ++time) {
      const Ran ran = stage(production, address(staging));
      INFO(ran.out, ran.err);
      REQUIRE(ran.code == 0);
      CHECK(ran.says("2024-03-03T12:00:00Z"));
      CHECK(ran.says("unmasked: it holds real people's data"));
      CHECK_FALSE(ran.says("example.org"));
      CHECK(staging.value("SELECT count(*) FROM people") == "2");
    }
    CHECK(staging.drydock({"migrate", "--environment", "production"}).code == 5);
  }
}

TEST_CASE("a database that is not stamped as staging is not replaced") {
  for (const Project::Kind kind : both_kinds) {
    const Project production(kind), unstamped(kind), development(kind);
    fill(production);
    unstamped.sql("CREATE TABLE old_things (id integer PRIMARY KEY); INSERT INTO old_things VALUES (7)");
    refused(production, unstamped, 5, "carries no stamp");
    stamp(development, "development");
    refused(production, development, 5, "development");
    refused(production, development, 5, "is protected", {"--as", "production"});
    const Ran itself = stage(production, address(production));
    CHECK(itself.code == 5);
    CHECK(production.value("SELECT email FROM people WHERE id = 2") == "bob@example.org");
    CHECK(stage(production, address(development), {"--as", "development"}).code == 0);
  }
}

TEST_CASE("a backup that is refused, or a mask that fails, leaves the staging database as it was") {
  for (const Project::Kind kind : both_kinds) {
    const Project production(kind), staging(kind);
    fill(production);
    stamp(staging, "staging");
    production.write("mask.sql", "UPDATE people SET email = 'x';\nUPDATE nobody SET email = 'secret';\n");
    refused(production, staging, 2, "mask.sql:2", {"--mask", "mask.sql"});
    production.write("mask.sql", "UPDATE people SET email = 'x';\nCOMMIT;\n");
    refused(production, staging, 2, "mask.sql:2", {"--mask", "mask.sql"});
    refused(production, staging, 2, "cannot be read", {"--mask", "missing.sql"});
    // A copied file is as old as that; an archive says its own time, in whole seconds.
    production.shell("touch -d 2020-01-01 backup && sleep 1");
    refused(production, staging, 7, "old, and 0 s are allowed", {"--max-age", "1ms"});
    production.write("backup", "this is no backup\n");
    refused(production, staging, 7, "is not a backup that drydock can read");
  }
}

TEST_CASE("what production alone may have stays behind on PostgreSQL, and what would not fit is refused before") {
  const Project production(Project::Kind::postgres), staging(Project::Kind::postgres);
  production.sql(
      "CREATE EXTENSION postgres_fdw; CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw;"
      "CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (password 'hidden')");
  fill(production);
  stamp(staging, "staging");
  const Ran ran = stage(production, address(staging));
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
  CHECK(staging.value("SELECT count(*) FROM pg_user_mapping m JOIN pg_foreign_server s ON s.oid = m.umserver") == "0");
}

}  // namespace
}  // namespace drydock
