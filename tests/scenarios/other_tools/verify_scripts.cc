// Sqitch's verify scripts: what they say counts, and what they do does not stay.
#include <doctest/doctest.h>

#include "fixtures/project.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

void check_code(const Ran& ran, int code) {
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
}

void write_change(const Project& project, const std::string& name, const std::string& deploy,
                  const std::string& verify) {
  project.write("deploy/" + name + ".sql", deploy);
  project.write("verify/" + name + ".sql", verify);
  const std::string plan = project.read("sqitch.plan");
  project.write("sqitch.plan", (plan.empty() ? "%syntax-version=1.0.0\n%project=shop\n\n" : plan) + name +
                                   " 2026-01-01T00:00:00Z Ann <ann@example.com> # a note\n");
}

void with_users(const Project& project) {
  write_change(project, "users", "BEGIN;\nCREATE TABLE users (id integer PRIMARY KEY, email text);\nCOMMIT;\n",
               "BEGIN;\nSELECT id, email FROM users;\nINSERT INTO users VALUES (7, 'a');\nROLLBACK;\n");
  check_code(project.drydock({"migrate", "--migrations", "."}), 0);
}

TEST_CASE("a verify script runs behind its change, and leaves nothing behind") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_users(project);
    CHECK(project.value("SELECT count(*) FROM users") == "0");
    project.write("verify/users.sql", "SELECT 1;\n");
    CHECK(project.drydock({"migrate", "--migrations", "."}).says("Nothing is pending"));
  }
}

TEST_CASE("a verify script that fails fails its change, in the rehearsal and on the target") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_users(project);
    const std::string deploy = "BEGIN;\nCREATE TABLE posts (id integer PRIMARY KEY);\nCOMMIT;\n";
    write_change(project, "posts", deploy, "BEGIN;\nSELECT id FROM posts;\nSELECT title FROM posts;\nROLLBACK;\n");
    const Ran plan = project.drydock({"plan", "--migrations", "."});
    CHECK(plan.says("SELECT title FROM posts"));
    const Ran unseen = project.drydock({"migrate", "--migrations", "."});  // no table holds a row
    check_code(unseen, 8);
    CHECK(unseen.says("verify/posts.sql:3: "));
    CHECK_FALSE(project.has_table("posts"));
    project.sql("INSERT INTO users VALUES (1, 'a')");
    const Ran rehearsed = project.drydock({"migrate", "--migrations", "."});
    check_code(rehearsed, 3);
    CHECK(rehearsed.says("verify/posts.sql:3: "));
    CHECK_FALSE(project.has_table("posts"));
    project.write("verify/posts.sql", "BEGIN;\nSELECT id FROM posts;\nROLLBACK;\n");
    check_code(project.drydock({"migrate", "--migrations", "."}), 0);
    CHECK(project.has_table("posts"));
  }
}

TEST_CASE("behind a statement that cannot run in a transaction the change stands, and that is said") {
  const Project project(Kind::postgres);
  with_users(project);
  write_change(project, "index", "CREATE INDEX CONCURRENTLY by_email ON users (email);\n", "SELECT 1 / 0;\n");
  const Ran ran = project.drydock({"migrate", "--migrations", "."});
  check_code(ran, 8);
  CHECK(ran.says("verify/index.sql:1: "));
  CHECK(ran.says("it stands, and is recorded as applied"));
  CHECK(project.drydock({"migrate", "--migrations", "."}).says("Nothing is pending"));
}

TEST_CASE("what cannot run where a verify script does is an error with its line") {
  const Project project(Kind::postgres);
  with_users(project);
  write_change(project, "more", "SELECT 1;\n", "SELECT 1;\nVACUUM users;\n");
  const Ran ran = project.drydock({"migrate", "--migrations", "."});
  check_code(ran, 2);
  CHECK(ran.says("verify/more.sql:2: VACUUM cannot stand in a verify script"));
}

}  // namespace
}  // namespace drydock
