// What a user does in the first minutes: from an empty folder to a migrated database, and what each command says.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

TEST_CASE("migrate makes a missing SQLite file, applies, and finds nothing pending the second time") {
  const Project project;
  project.write("migrations/0001_create_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
  const Ran first = project.drydock({"migrate"});
  INFO(first.out, first.err);
  CHECK(first.code == 0);
  CHECK(first.says("applied 0001 create_users"));
  CHECK(first.says("no shadow is made"));
  CHECK(project.has_table("users"));

  const Ran second = project.drydock({"migrate"});
  CHECK(second.code == 0);
  CHECK(second.out == "Nothing is pending in sqlite:app.db.\n");
  CHECK(second.err.empty());
}

TEST_CASE("migrate stamps an empty database with the environment asked for") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_create_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
    CHECK(project.drydock({"migrate", "--environment", "test"}).code == 0);
    const auto status = nlohmann::json::parse(project.drydock({"status", "--json", "--environment", "test"}).out);
    CHECK(status.at("environment") == "test");
    CHECK(project.drydock({"migrate", "--environment", "development"}).code == 5);
  }
}

TEST_CASE("migrate never stamps a database that holds rows") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY); INSERT INTO users VALUES (1)");
    project.write("migrations/0001_add_name.sql", "ALTER TABLE users ADD COLUMN name text;\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    // It may be migrated for any environment afterwards: it still says of itself none.
    CHECK(project.drydock({"migrate", "--environment", "staging"}).code == 0);
  }
}

TEST_CASE("with nothing pending nothing is written to a database that drydock has never seen") {
  const Project project;
  project.sql("CREATE TABLE users (id integer PRIMARY KEY)");
  CHECK(project.drydock({"migrate"}).code == 0);
  CHECK(project.value("SELECT count(*) FROM sqlite_schema") == "1");
}

TEST_CASE("status, plan and rehearse leave the target as it is") {
  const Project project;
  project.with_pending_loss();
  const std::string before = project.read("app.db");
  for (const char* command : {"status", "plan", "rehearse"}) {
    INFO(command);
    project.drydock({command});
    CHECK(project.read("app.db") == before);
  }
}

TEST_CASE("status and plan of a SQLite file that is not there do not make it") {
  const Project project;
  project.write("migrations/0001_create_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
  CHECK(project.drydock({"status"}).says("pending"));
  CHECK(project.drydock({"plan"}).says("CREATE TABLE users"));
  CHECK_FALSE(std::filesystem::exists(project.folder() / "app.db"));
}

TEST_CASE("status --check ends with 9 while versions are pending, and with 0 afterwards") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    CHECK(project.drydock({"status"}).code == 0);
    CHECK(project.drydock({"status", "--check"}).code == 9);
    CHECK(project.drydock({"migrate"}).code == 0);
    CHECK(project.drydock({"status", "--check"}).code == 0);
  }
}

TEST_CASE("status --check ends with 9 while a version is half applied, and the last line counts it") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_a.sql",
                  "CREATE TABLE a (id integer PRIMARY KEY);\nCOMMIT;\nBEGIN;\nINSERT INTO nowhere VALUES (1);\n");
    CHECK(project.drydock({"migrate"}).code == 8);
    CHECK(project.has_table("a"));
    const Ran status = project.drydock({"status", "--check"});
    CHECK(status.code == 9);
    CHECK(status.says("0 migrations applied, 1 failed, 0 pending"));
    project.write("migrations/0001_a.sql",
                  "CREATE TABLE a (id integer PRIMARY KEY);\nCOMMIT;\nBEGIN;\nINSERT INTO a VALUES (1);\n");
    CHECK(project.drydock({"migrate"}).code == 0);
    CHECK(project.drydock({"status", "--check"}).code == 0);
  }
}

TEST_CASE("plan prints the SQL with the borders of its transactions") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_users.sql",
                "CREATE TABLE users (id int);\nCREATE INDEX CONCURRENTLY users_id ON users (id);\nINSERT INTO users "
                "VALUES (1);\n");
  const Ran ran = project.drydock({"plan"});
  CHECK(ran.code == 0);
  CHECK(ran.out ==
        "-- 0001_users.sql\nBEGIN;\nCREATE TABLE users (id int);\nCOMMIT;\n-- outside a transaction\nCREATE INDEX "
        "CONCURRENTLY users_id ON users (id);\nBEGIN;\nINSERT INTO users VALUES (1);\nCOMMIT;\n");
}

TEST_CASE("migrate --to stops at that version") {
  const Project project;
  for (const char* number : {"1", "2", "3"})
    project.write("migrations/000" + std::string(number) + "_t.sql",
                  "CREATE TABLE t" + std::string(number) + " (id int);\n");
  CHECK(project.drydock({"migrate", "--to", "2"}).code == 0);
  CHECK(project.has_table("t2"));
  CHECK_FALSE(project.has_table("t3"));
  CHECK(project.drydock({"migrate", "--to", "7"}).code == 2);
  CHECK(project.drydock({"migrate", "--to", "next"}).code == 2);
}

TEST_CASE("new makes the next file in the width of those that are there, and never overwrites") {
  const Project project;
  project.write("migrations/0041_create_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
  const Ran ran = project.without_database({"new", "Add e-mail to Users"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "migrations/0042_add_e_mail_to_users.sql\n");
  CHECK(project.drydock({"migrate"}).code == 0);
  CHECK(project.without_database({"new", "///"}).code == 2);
  CHECK(project.without_database({"new"}).code == 2);
}

TEST_CASE("clean says that nothing was left, and ends well") {
  const Project project;
  project.write("drydock.toml", "shadow_directory = \"" + (project.folder() / "shadows").string() + "\"\n");
  const Ran ran = project.without_database({"clean"});
  CHECK(ran.code == 0);
  CHECK(ran.out == "Nothing was left behind.\n");
}

TEST_CASE("help lists every command, and each command has a text of its own") {
  const Project project;
  const Ran all = project.without_database({"--help"});
  CHECK(all.code == 0);
  CHECK(project.without_database({"help"}).out == all.out);
  for (const char* command :
       {"migrate", "rehearse", "status", "plan", "new", "init", "squash", "schema", "verify", "clean", "version"}) {
    INFO(command);
    CHECK(all.says("\n  " + std::string(command) + " "));
    const Ran one = project.without_database({command, "--help"});
    CHECK(one.code == 0);
    CHECK(one.out.starts_with("Usage: drydock " + std::string(command)));
    CHECK(project.without_database({"help", command}).out == one.out);
  }
  CHECK(project.without_database({"--version"}).out == project.without_database({"version"}).out);
  CHECK(project.without_database({"--version"}).out.starts_with("drydock "));
}

TEST_CASE("no line of any help is wider than a terminal") {
  const Project project;
  for (const char* command : {"migrate", "rehearse", "status", "plan", "new", "init", "squash", "schema", "verify",
                              "clean", "version", "help"}) {
    const std::string text = project.without_database({"help", command}).out + project.without_database({"help"}).out;
    for (std::size_t at = 0, end = 0; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
      INFO(text.substr(at, end - at));
      CHECK(end - at <= 80);
    }
  }
}

}  // namespace
}  // namespace drydock
