// How a database gets its identity, and how a wrong one is told from it.
#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/project.h"

namespace drydock {
namespace {

const char* const users = "CREATE TABLE users (id integer PRIMARY KEY);\n";

TEST_CASE("init writes the file and the folder, and stamps the database with the id that stands in the file") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    const Ran ran = project.drydock({"init", "--environment", "production"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    const std::string file = project.read("drydock.toml");
    CHECK(file.find("[environments.production]\nid = \"") != std::string::npos);
    CHECK(file.find("protected = true") != std::string::npos);
    // The database is the one that is expected: it may be migrated, and no other.
    project.write("migrations/0001_users.sql", users);
    CHECK(project.drydock({"migrate", "--environment", "production"}).code == 0);
    const Ran other =
        project.without_database({"migrate", "--environment", "production", "--database", "sqlite:other.db"});
    CHECK(other.code == 5);
    CHECK(project.drydock({"migrate", "--environment", "staging"}).code == 5);
  }
}

TEST_CASE("a second init changes nothing") {
  const Project project;
  CHECK(project.drydock({"init"}).code == 0);
  const std::string file = project.read("drydock.toml"), database = project.read("app.db");
  const Ran again = project.drydock({"init"});
  CHECK(again.code == 0);
  CHECK(again.says("nothing to do"));
  CHECK(project.read("drydock.toml") == file);
  CHECK(project.read("app.db") == database);
}

TEST_CASE("init keeps every byte of a file that is there") {
  const Project project;
  const std::string before =
      "# ours\nproject   = 'shop'\n\n[environments.staging]   # the copy\nprotected = false # really\r\n";
  project.write("drydock.toml", before);
  CHECK(project.drydock({"init", "--environment", "production"}).code == 0);
  CHECK(project.read("drydock.toml").starts_with(before + "\n[environments.production]\nid = \""));

  const Project other;
  other.write("drydock.toml", before);
  CHECK(other.drydock({"init", "--environment", "staging"}).code == 0);
  const std::string after = other.read("drydock.toml");
  const std::size_t id = after.find("id = \"");
  REQUIRE(id != std::string::npos);
  std::string without = after;
  without.erase(id, after.find('\n', id) + 1 - id);
  CHECK(without == before);
}

TEST_CASE("a populated database gets its identity by init") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY); INSERT INTO users VALUES (1)");
    CHECK(project.drydock({"init", "--environment", "production"}).code == 0);
    CHECK(project.value("SELECT count(*) FROM users") == "1");
    CHECK(project.drydock({"migrate"}).code == 5);
    CHECK(project.drydock({"migrate", "--environment", "production"}).code == 0);
  }
}

TEST_CASE("an empty database where production is expected is stamped only by init --first-deploy") {
  const Project project;
  project.write("drydock.toml",
                "[environments.production]\nid = \"0123456789abcdef0123456789abcdef\"\nprotected = true\n");
  const Ran refused = project.drydock({"init", "--environment", "production"});
  CHECK(refused.code == 5);
  CHECK(refused.says("--first-deploy"));
  CHECK(project.drydock({"init", "--environment", "production", "--first-deploy"}).code == 0);
  CHECK(project.drydock({"migrate", "--environment", "production"}).code == 0);
}

TEST_CASE(
    "an empty database is not taken for a protected one that was never stamped, nor another project's for one's own") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("drydock.toml", "[environments.production]\nprotected = true\n");
    const Ran empty = project.drydock({"init", "--environment", "production"});
    INFO(empty.out, empty.err);
    CHECK(empty.code == 5);
    CHECK(empty.says("--first-deploy"));

    project.write("migrations/0001_users.sql", users);
    REQUIRE(project.drydock({"migrate"}).code == 0);
    project.sql("INSERT INTO users VALUES (1); DELETE FROM " +
                std::string(kind == Project::Kind::sqlite ? "drydock_stamp" : "drydock.stamp"));
    std::filesystem::rename(project.folder() / "migrations" / "0001_users.sql",
                            project.folder() / "migrations" / "0009_others.sql");
    const Ran foreign = project.drydock({"init", "--environment", "staging"});
    INFO(foreign.out, foreign.err);
    CHECK(foreign.code == 5);
    CHECK(foreign.says("a history of other migrations"));
  }
}

TEST_CASE("a restored copy that carries production's stamp is taken over by --as-copy") {
  const Project project;
  project.sql("CREATE TABLE users (id integer PRIMARY KEY); INSERT INTO users VALUES (1)");
  CHECK(project.drydock({"init", "--environment", "production"}).code == 0);
  std::filesystem::copy_file(project.folder() / "app.db", project.folder() / "copy.db");
  const auto on_copy = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--database", "sqlite:copy.db"});
    return project.without_database(words);
  };
  CHECK(on_copy({"migrate", "--environment", "staging"}).code == 5);
  CHECK(on_copy({"init", "--environment", "staging"}).code == 5);
  CHECK(on_copy({"init", "--as-copy", "staging"}).code == 0);
  CHECK(on_copy({"migrate", "--environment", "staging"}).code == 0);
  CHECK(on_copy({"migrate", "--environment", "production"}).code == 5);
  CHECK(project.drydock({"migrate", "--environment", "production"}).code == 0);
}

TEST_CASE("init without a database writes the file and says how to stamp one") {
  const Project project;
  const Ran ran = project.without_database({"init", "--environment", "production"});
  CHECK(ran.code == 0);
  CHECK(ran.says("no database was given"));
  CHECK(project.read("drydock.toml").find("id =") == std::string::npos);
}

TEST_CASE("init with a database that cannot be reached writes nothing") {
  const Project project;
  CHECK(project.without_database({"init", "--database", "postgresql://app@127.0.0.1:1/app"}).code == 1);
  CHECK_FALSE(std::filesystem::exists(project.folder() / "drydock.toml"));
}

}  // namespace
}  // namespace drydock
