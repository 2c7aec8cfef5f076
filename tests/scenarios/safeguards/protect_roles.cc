// `protect --roles`: the statements are valid, and the application's role can afterwards read and write and not drop.
#include <doctest/doctest.h>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

std::string as_role(const Project& project, const std::string& role) {
  std::string url = project.url();
  return url.replace(url.find("postgres@"), 9, role + "@");
}

// "" where it went well, else the SQLSTATE.
std::string outcome(const std::string& url, const std::string& sql) {
  try {
    open_database(DatabaseUrl::parse(url))->execute(sql);
    return {};
  } catch (const DatabaseError& error) {
    return error.sqlstate();
  }
}

constexpr const char* may_not = "42501";

// Made by the application's own role, as many a project begins.
void fill(const Project& project, const std::string& app) {
  project.sql("CREATE ROLE " + app + " LOGIN CREATEROLE; GRANT CREATE ON SCHEMA public TO " + app);
  project.sql("CREATE TABLE others (id integer PRIMARY KEY); CREATE SCHEMA \"shop data\" AUTHORIZATION " + app +
              "; GRANT ALL ON others TO PUBLIC");
  project.sql("SET ROLE " + app +
              "; CREATE TYPE mood AS ENUM ('fine'); CREATE TABLE users (id serial PRIMARY KEY, mood mood); INSERT INTO "
              "users (mood) VALUES ('fine'); CREATE TABLE \"shop data\".\"a b\" (id integer); CREATE VIEW v AS SELECT "
              "id FROM users; CREATE FUNCTION one(integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1'");
}

TEST_CASE("the statements of protect --roles leave the application a role that reads, writes, and cannot drop") {
  const Project project(Project::Kind::postgres);
  fill(project, "shop_app");
  const Ran printed = project.drydock({"protect", "--roles", "--owner", "shop_owner", "--app", "shop_app"});
  INFO(printed.out, printed.err);
  REQUIRE(printed.code == 0);
  CHECK(printed.says("no\n-- security boundary"));
  CHECK(project.value("SELECT count(*) FROM pg_roles WHERE rolname = 'shop_owner'") == "0");
  project.sql(printed.out);

  const std::string app = as_role(project, "shop_app");
  for (const char* allowed :
       {"SELECT * FROM users", "INSERT INTO users (mood) VALUES ('fine')", "UPDATE users SET mood = NULL",
        "DELETE FROM users", "SELECT * FROM v", "INSERT INTO \"shop data\".\"a b\" VALUES (1)",
        "SELECT nextval('users_id_seq')", "SELECT one()", "INSERT INTO others VALUES (1)"}) {
    CAPTURE(allowed);
    CHECK(outcome(app, allowed) == "");
  }
  for (const char* refused :
       {"DROP TABLE users", "DROP TABLE users CASCADE", "ALTER TABLE users DROP COLUMN mood", "TRUNCATE users",
        "TRUNCATE others", "DROP TYPE mood CASCADE", "DROP SCHEMA public CASCADE", "DROP SCHEMA \"shop data\" CASCADE",
        "DROP VIEW v", "ALTER TABLE users OWNER TO shop_app", "CREATE TABLE t (id integer)",
        "CREATE TABLE \"shop data\".t (id integer)", "SET ROLE shop_owner", "CREATE SCHEMA mine"}) {
    CAPTURE(refused);
    CHECK(outcome(app, refused) == may_not);
  }
  // Nothing of it is the application's any more.
  CHECK(outcome(app, "DROP OWNED BY shop_app") == "");
  CHECK(project.has_table("users"));
  CHECK(project.value("SELECT tableowner FROM pg_tables WHERE tablename = 'users'") == "shop_owner");
}

TEST_CASE("what the owner makes later is the application's to write, and not to drop") {
  const Project project(Project::Kind::postgres);
  fill(project, "store_app");
  const Ran printed = project.drydock({"protect", "--roles", "--owner", "store_owner", "--app", "store_app"});
  project.sql(printed.out);
  project.sql("SET ROLE store_owner; CREATE TABLE later (id serial)");
  const std::string app = as_role(project, "store_app");
  CHECK(outcome(app, "INSERT INTO later DEFAULT VALUES") == "");
  CHECK(outcome(app, "TRUNCATE later") == may_not);
  CHECK(outcome(app, "DROP TABLE later") == may_not);
  // Again, where all is split already: nothing is made twice.
  project.sql(project.drydock({"protect", "--roles", "--owner", "store_owner", "--app", "store_app"}).out);
  CHECK(outcome(app, "INSERT INTO later DEFAULT VALUES") == "");
}

TEST_CASE("a membership by which the application would own after all is revoked") {
  const Project project(Project::Kind::postgres);
  project.sql(
      "CREATE ROLE team; CREATE ROLE desk_app LOGIN IN ROLE team; CREATE TABLE t (id integer); ALTER TABLE t "
      "OWNER TO team");
  project.sql(project.drydock({"protect", "--roles", "--owner", "desk_owner", "--app", "desk_app"}).out);
  CHECK(outcome(as_role(project, "desk_app"), "DROP TABLE t") == may_not);
  CHECK(outcome(as_role(project, "desk_app"), "SELECT FROM t") == "");
}

TEST_CASE("a superuser as the application, and one role for both, are refused") {
  const Project project(Project::Kind::postgres);
  const Ran superuser = project.drydock({"protect", "--roles", "--app", "postgres"});
  CHECK(superuser.code == 2);
  CHECK(superuser.says("superuser"));
  CHECK(project.drydock({"protect", "--roles", "--app", "one", "--owner", "one"}).code == 2);
  CHECK(project.drydock({"protect", "--app", "one"}).code == 2);
}

}  // namespace
}  // namespace drydock
