// `protect`: a drop from anywhere is refused with every row there, and drydock's own goes through.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

// Two tables, three rows each, and a migration that drops one of them pending.
void fill(const Project& project) {
  project.with_pending_loss("-- drydock:consent table-dropped public.legacy rows<=3 reason=\"old\"\n");
  project.sql(
      "CREATE TABLE users (id integer PRIMARY KEY, mail text); INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c');"
      "CREATE TYPE mood AS ENUM ('fine'); ALTER TABLE users ADD COLUMN mood mood DEFAULT 'fine'");
}

std::string rows_of(const Project& project) {
  return project.value(
      "SELECT (SELECT count(mood) FROM users) || ' ' || (SELECT count(*) FROM legacy) || ' ' || "
      "(SELECT count(*) FROM drydock.history)");
}

// A client that is not drydock, as a user starts it; what it said is in `said`.
bool succeeds(const Project& project, const std::string& command) {
  const std::string folder = project.folder().string();
  return std::system(("cd " + folder + " && export DATABASE_URL='" + project.url() + "' && " + command + " >said 2>&1")
                         .c_str()) == 0;
}

bool says(const Project& project, const std::string& text) {
  return project.read("said").find(text) != std::string::npos;
}

struct Drop {
  const char* sql;
  const char* what;
};

const Drop drops[] = {
    {"DROP TABLE users", "DROP TABLE is refused, as it would drop the table public.users"},
    {"DROP TABLE IF EXISTS users CASCADE", "public.users"},
    {"DROP SCHEMA public CASCADE", "DROP SCHEMA is refused"},
    {"DROP SCHEMA drydock CASCADE", "the schema drydock"},
    {"DROP TABLE drydock.history", "drydock.history"},
    {"ALTER TABLE users DROP COLUMN mail", "the table column public.users.mail"},
    {"DROP TYPE mood CASCADE", "the table column public.users.mood"},
    {"DROP OWNED BY protect_holder", "DROP OWNED is refused"},
    {"CREATE TABLE kept AS TABLE users; DROP TABLE users; ALTER TABLE kept RENAME TO users", "public.users"},
    {"SET session_replication_role = replica; DROP TABLE users", "public.users"},
    {"SET application_name = 'drydock apply'; DROP TABLE users", "public.users"},
};

// Each statement by psql, by a driver (Debian's, which its own python3 finds), and from within a function.
void every_drop_is_refused(const Project& project) {
  const std::string before = rows_of(project);
  project.write("drop.py",
                "import os, sys, psycopg2\n"
                "with psycopg2.connect(os.environ['DATABASE_URL']) as c: c.cursor().execute(sys.argv[1])\n");
  for (const Drop& drop : drops) {
    for (const std::string& client :
         {std::string("psql -X -v ON_ERROR_STOP=1 \"$DATABASE_URL\" -c "), std::string("/usr/bin/python3 drop.py ")}) {
      CAPTURE(client);
      CAPTURE(drop.sql);
      CHECK_FALSE(succeeds(project, client + "\"" + drop.sql + "\""));
      CHECK(says(project, "drydock protects this database"));
      CHECK(says(project, drop.what));
      CHECK(says(project, "drydock migrate"));
    }
    project.write("call.sql", "CREATE FUNCTION pg_temp.oops() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE $q$" +
                                  std::string(drop.sql) + "$q$; END $$;\nSELECT pg_temp.oops();\n");
    CHECK_FALSE(succeeds(project, "psql -X -v ON_ERROR_STOP=1 \"$DATABASE_URL\" -f call.sql"));
    CHECK(says(project, drop.what));
    CHECK(rows_of(project) == before);
  }
}

TEST_CASE(
    "a drop from anywhere is refused, by a superuser's protection and by an owner's who may make event triggers") {
  // What a managed service gives its main user, a role of no superuser that may become one here.
  for (const std::string& login : {std::string(), std::string("&options=-c%20role%3Dprotect_keeper")}) {
    const Project project(Kind::postgres);
    fill(project);
    project.sql(
        "DO $$ BEGIN CREATE ROLE protect_holder; CREATE ROLE protect_keeper SUPERUSER; CREATE ROLE protect_deployer "
        "LOGIN IN ROLE protect_keeper; "
        "EXCEPTION WHEN duplicate_object THEN NULL; END $$; ALTER TABLE users OWNER TO protect_holder; ALTER TABLE "
        "legacy "
        "OWNER "
        "TO protect_holder; GRANT USAGE ON SCHEMA drydock TO protect_holder");
    std::string url = project.url();
    if (!login.empty()) url.replace(url.find("postgres@"), 9, "protect_deployer@");
    const Ran ran = project.without_database({"protect", "--database", url + login});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("no security boundary"));
    every_drop_is_refused(project);
  }
}

TEST_CASE("a role without any right in drydock's schemas meets the refusal, and not an error of permissions") {
  const Project project(Kind::postgres);
  fill(project);
  project.sql(
      "DO $$ BEGIN CREATE ROLE plain LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; CREATE SCHEMA own "
      "AUTHORIZATION plain; SET ROLE plain; CREATE TABLE own.t (id integer)");
  CHECK(project.drydock({"protect", "--truncate"}).code == 0);
  std::string url = project.url();
  url.replace(url.find("postgres@"), 9, "plain@");
  for (const std::string& sql : {std::string("DROP TABLE own.t"), std::string("TRUNCATE own.t")}) {
    CHECK_FALSE(succeeds(project, "psql -X '" + url + "' -c '" + sql + "'"));
    CHECK(says(project, "drydock protects this database"));
  }
}

TEST_CASE("what holds nothing of its own may be dropped, and everything else be done") {
  const Project project(Kind::postgres);
  fill(project);
  CHECK(project.drydock({"protect"}).code == 0);
  project.sql(
      "CREATE TEMP TABLE t (a integer, b integer); ALTER TABLE t DROP COLUMN a; DROP TABLE t; CREATE VIEW v AS SELECT "
      "1; DROP VIEW v; CREATE MATERIALIZED VIEW m AS SELECT 1; REFRESH MATERIALIZED VIEW m; DROP MATERIALIZED VIEW m;"
      "CREATE INDEX i ON users (mail); DROP INDEX i; ALTER TABLE users ALTER COLUMN mail TYPE varchar; CREATE SCHEMA "
      "s; "
      "DROP SCHEMA s; CREATE SCHEMA drydock_kept; CREATE TABLE drydock_kept.copy (id integer); DROP TABLE "
      "drydock_kept.copy; DELETE FROM users; TRUNCATE users");
}

TEST_CASE("drydock's own drops go through: migrate, undo, and another tool's command") {
  for (const std::string& provider : {std::string("private"), std::string("server")}) {
    const Project project(Kind::postgres);
    CAPTURE(provider);
    fill(project);
    std::string server = project.url();
    server.replace(server.find("@/") + 2, server.find('?') - server.find("@/") - 2, "postgres");
    project.write("drydock.toml", "[environments.development]\nshadow = \"" + provider + "\"\n" +
                                      (provider == "server" ? "shadow_server = \"" + server + "\"\n" : ""));
    CHECK(project.drydock({"protect", "--truncate"}).code == 0);
    const Ran dropped = project.drydock({"migrate"});
    INFO(dropped.out, dropped.err);
    CHECK(dropped.code == 0);
    CHECK_FALSE(project.has_table("legacy"));

    project.write("migrations/0003_size.sql", "ALTER TABLE users ADD COLUMN size integer;\n");
    project.write("migrations/0003_size.undo.sql", "ALTER TABLE users DROP COLUMN size;\n");
    CHECK(project.drydock({"migrate"}).code == 0);
    const Ran undone = project.drydock({"undo"});
    INFO(undone.out, undone.err);
    CHECK(undone.code == 0);
    std::filesystem::remove(project.folder() / "migrations/0003_size.sql");
    std::filesystem::remove(project.folder() / "migrations/0003_size.undo.sql");

    project.write("migrations/0004_empty.sql",
                  "-- drydock:consent table-truncated public.users reason=\"a new year\"\nTRUNCATE users;\n");
    const Ran truncated = project.drydock({"migrate"});
    INFO(truncated.out, truncated.err);
    CHECK(truncated.code == 0);
    CHECK(project.value("SELECT count(*) FROM users") == "0");
  }
}

TEST_CASE("another tool's command goes through by the name that it is given, and without it fails on the shadow") {
  const Project project(Kind::postgres);
  fill(project);
  CHECK(project.drydock({"protect", "--truncate"}).code == 0);
  project.write("drydock.consents",
                "consent table-dropped public.legacy reason=\"old\"\nconsent table-truncated public.users "
                "reason=\"new\"\n");
  const auto run = [&](const std::string& sql) {
    return project.drydock(
        {"migrate", "--", "sh", "-c", "psql -X -v ON_ERROR_STOP=1 \"$DATABASE_URL\" -c \"" + sql + "\""});
  };
  const Ran other = run("SET application_name = mine; DROP TABLE legacy");
  INFO(other.out, other.err);
  CHECK(other.code == 3);
  CHECK(project.has_table("legacy"));
  const Ran ran = run("TRUNCATE users; DROP TABLE legacy");
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK_FALSE(project.has_table("legacy"));
  CHECK_FALSE(succeeds(project, "psql -X \"$DATABASE_URL\" -c 'DROP TABLE users'"));
}

TEST_CASE("protect twice is a no-op, unprotect takes all of it away, and neither is a part of the schema") {
  const Project project(Kind::postgres);
  fill(project);
  const std::string schema = project.drydock({"schema", "dump"}).out;
  CHECK(project.drydock({"protect", "--truncate"}).says("from now on"));
  const std::string oid = project.value("SELECT oid FROM pg_event_trigger");
  const Ran again = project.drydock({"protect", "--truncate"});
  CHECK(again.code == 0);
  CHECK(again.says("protected already"));
  CHECK(project.value("SELECT oid FROM pg_event_trigger") == oid);
  CHECK(nlohmann::json::parse(project.drydock({"protect", "--json"}).out).at("result") == "protected-already");
  CHECK(project.drydock({"schema", "dump"}).out == schema);

  // What somebody switched off protects nothing.
  project.sql("ALTER EVENT TRIGGER drydock_protect DISABLE");
  CHECK(project.drydock({"protect"}).says("from now on"));
  CHECK_FALSE(succeeds(project, "psql -X \"$DATABASE_URL\" -c 'DROP TABLE users'"));
  CHECK_FALSE(succeeds(project, "psql -X \"$DATABASE_URL\" -c 'TRUNCATE users'"));

  CHECK(project.drydock({"unprotect"}).code == 0);
  CHECK(project.value("SELECT count(*) FROM pg_event_trigger") == "0");
  CHECK(project.value("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'drydock%'") == "0");
  CHECK(project.drydock({"unprotect"}).says("nothing to take away"));
  project.sql("TRUNCATE users; DROP TABLE users");
}

TEST_CASE("SQLite, another environment's database and a role without the right are refused with a reason") {
  const Project sqlite;
  for (const std::string& word : {std::string("protect"), std::string("unprotect")}) {
    const Ran ran = sqlite.drydock({word});
    CHECK(ran.code == 2);
    CHECK(ran.says("SQLite") == (word == "protect"));
  }
  const Project project(Kind::postgres);
  fill(project);
  CHECK(project.drydock({"protect", "--environment", "production"}).code == 5);
  project.sql(
      "DO $$ BEGIN CREATE ROLE limited LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT USAGE ON "
      "SCHEMA drydock TO limited; GRANT SELECT ON ALL TABLES IN SCHEMA drydock TO limited");
  project.sql("DO $$ BEGIN EXECUTE 'GRANT CREATE ON DATABASE ' || current_database() || ' TO limited'; END $$");
  std::string url = project.url();
  url.replace(url.find("postgres@"), 9, "limited@");
  const Ran ran = project.without_database({"protect", "--database", url});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 2);
  CHECK(ran.says("may not make event triggers"));
  CHECK(ran.says("REVOKE TRUNCATE"));
  CHECK(project.value("SELECT to_regnamespace('drydock_protect') IS NULL") == "t");
}

}  // namespace
}  // namespace drydock
