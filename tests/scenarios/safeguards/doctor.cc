// `doctor`: each trouble is found, with the command that mends it; and the cheap ones are told by every migrate.
#include <doctest/doctest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

constexpr const char* users = "CREATE TABLE users (id integer PRIMARY KEY);\n";

void git(const Project& project, const std::string& words) {
  REQUIRE(std::system(("cd " + project.folder().string() + " && git -c user.name=a -c user.email=a@example.org " +
                       words + " >said 2>&1")
                          .c_str()) == 0);
}

// The level that this check's finding has; "" where it has none.
std::string level_of(const Ran& ran, const std::string& check) {
  const auto json = nlohmann::json::parse(ran.out);
  for (const auto& finding : json.at("findings"))
    if (finding.at("check") == check) return finding.at("level");
  return "";
}

std::string level(const Project& project, const std::string& check, std::vector<std::string> words = {}) {
  words.insert(words.begin(), {"doctor", "--json"});
  const Ran ran = project.drydock(words);
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  return level_of(ran, check);
}

TEST_CASE("a database that is stamped and lies outside of any work tree is well") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  REQUIRE(project.drydock({"migrate"}).code == 0);
  const Ran ran = project.drydock({"doctor"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("All is well."));
  CHECK(ran.says("SQLite 3"));
}

TEST_CASE("who carries no stamp is told how to get one") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    project.sql(users);
    CHECK(level(project, "stamp") == "warning");
    CHECK(project.drydock({"doctor"}).says("drydock init --environment development"));
  }
}

TEST_CASE("a SQLite file in a git work tree is told of by doctor and by every migrate, until it is ignored for good") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  REQUIRE(project.drydock({"migrate"}).code == 0);
  git(project, "init -q");
  CHECK(level(project, "sqlite-file") == "warning");
  CHECK(project.drydock({"doctor"}).says("is not ignored"));
  const Ran migrate = project.drydock({"migrate"});
  CHECK(migrate.code == 0);
  CHECK(migrate.err.find("is not ignored") != std::string::npos);
  CHECK(migrate.out.find("work tree") == std::string::npos);

  git(project, "add app.db");
  CHECK(project.drydock({"migrate"}).says("is tracked by git"));
  git(project, "rm -q --cached app.db");

  project.write(".gitignore", "*.db\n");
  CHECK(project.drydock({"migrate"}).says("a line that is not committed"));
  git(project, "add .gitignore");
  git(project, "commit -q -m ignored");
  CHECK_FALSE(project.drydock({"migrate"}).says("work tree"));
  CHECK(level(project, "sqlite-file") == "");
}

TEST_CASE("a server's data directory and a compose volume in the work tree are told of by every migrate") {
  const Project project(Kind::postgres);
  project.write("migrations/0001_users.sql", users);
  git(project, "init -q");
  project.write("docker/postgres/PG_VERSION", "15\n");
  project.write("compose.yaml",
                "services:\n  db:\n    image: postgres\n    volumes:\n      - ./data:/var/lib/postgresql/data\n"
                "      - named:/var/lib/postgresql/other\n      - ../outside:/var/lib/postgresql/third\n");
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.err.find("docker/postgres, lies inside the git work tree") != std::string::npos);
  CHECK(ran.err.find("compose.yaml:5 mounts ") != std::string::npos);
  CHECK(ran.err.find("compose.yaml:6") == std::string::npos);
  CHECK(ran.err.find("compose.yaml:7") == std::string::npos);
  CHECK(level(project, "cluster-directory") == "warning");
  CHECK(level(project, "compose-volume") == "warning");
}

TEST_CASE(
    "a role that owns the tables it logs in for, a managed service's protection and TRUNCATE left open are found") {
  const Project project(Kind::postgres);
  project.sql(users);
  REQUIRE(project.drydock({"init", "--environment", "production"}).code == 0);
  const std::vector<std::string> production{"--environment", "production"};
  CHECK(level(project, "owning-role", production) == "warning");
  CHECK(project.drydock({"doctor", "--environment", "production"}).says("drydock protect --roles"));
  CHECK(level(project, "protection", production) == "note");
  REQUIRE(project.drydock({"protect", "--truncate", "--environment", "production"}).code == 0);
  CHECK(level(project, "protection", production) == "");
  project.sql("CREATE TABLE later (id integer)");
  CHECK(level(project, "protection", production) == "warning");
  project.sql("DROP EVENT TRIGGER drydock_protect; DROP TABLE later");
  CHECK(level(project, "protection", production) == "warning");
  REQUIRE(project.drydock({"protect", "--environment", "production"}).code == 0);
  project.sql("CREATE ROLE rdsadmin");
  const Ran managed = project.drydock({"doctor", "--environment", "production"});
  project.sql("DROP ROLE rdsadmin");
  CHECK(managed.says("drydock unprotect` before such an upgrade"));
}

TEST_CASE("what a rehearsal will miss and what one has left is found") {
  const Project project(Kind::postgres);
  project.sql("CREATE DATABASE drydock_shadow_77");
  CHECK(level(project, "leftovers") == "note");
  project.sql("DROP DATABASE drydock_shadow_77");
  // Its control file is gone with the package, and the catalog still knows it.
  project.sql("INSERT INTO pg_extension VALUES (77777, 'gone', 10, 11, false, '1', NULL, NULL)");
  const Ran missing = project.drydock({"doctor"});
  CHECK(missing.says("not installed here, and a shadow is made without them: gone"));
  project.sql("DELETE FROM pg_extension WHERE extname = 'gone'");

  project.write("drydock.toml", "binaries = \"/nowhere\"\n[environments.development]\nshadow = \"private\"\n");
  const Ran none = project.drydock({"doctor"});
  INFO(none.out, none.err);
  CHECK(none.code == 7);
  CHECK(none.says("no shadow can be made here"));
}

TEST_CASE("a wrong target is a finding beside the others, and ends with 5") {
  const Project project;
  project.sql(users);
  REQUIRE(project.drydock({"init", "--environment", "production"}).code == 0);
  git(project, "init -q");
  const Ran ran = project.drydock({"doctor", "--json"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 5);
  CHECK(level_of(ran, "identity") == "error");
  CHECK(level_of(ran, "sqlite-file") == "warning");
}

TEST_CASE("an address of several hosts is found to mean whichever answers first") {
  const Project project(Kind::postgres);
  project.sql(users);
  const std::string socket = project.url().substr(project.url().find("host=") + 5);
  std::string url = project.url() + "," + socket;
  const Ran ran = project.without_database({"doctor", "--json", "--database", url});
  INFO(ran.out, ran.err);
  CHECK(level_of(ran, "several-servers") == "warning");
}

}  // namespace
}  // namespace drydock
