// Quarantine Notes, 2020: a second project was deployed under the first one's name, so that its resources took the
// place of the first's. A migration tool meets the analogue: a second project's deploy stands before the first one's
// database, because its configuration was copied. A name proves nothing then, since the copy copies it too.
#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/project.h"

namespace drydock {
namespace {

struct Story {
  const char* what;
  const char* migration;  // the second project's only file
  const char* settings;   // its drydock.toml
  int code;
  const char* message;
};

// Both projects call themselves "notes", and the address is the first one's.
const Story stories[] = {
    {"its versions are its own", "migrations/20200412_create_boards.sql", "project = \"notes\"\n", 5,
     "both projects are called notes, and a copied name proves nothing"},
    {"its versions begin with the same number", "migrations/0001_create_boards.sql", "project = \"notes\"\n", 4,
     "0001"},
    {"it has an identity of its own", "migrations/0001_create_boards.sql",
     "project = \"notes\"\n[environments.production]\nid = \"9f2c61d0a4e84d6cb0f5e7d1c3a85b92\"\nprotected = true\n", 5,
     "9f2c61d0a4e84d6cb0f5e7d1c3a85b92"},
};

std::string notes_in(const Project& project) {
  return project.value("SELECT count(*) FROM notes") + " " +
         project.value("SELECT count(*) FROM " +
                       std::string(project.kind() == Project::Kind::sqlite ? "drydock_history" : "drydock.history"));
}

// The first project, in production for weeks.
void deploy_first(const Project& first) {
  first.write("drydock.toml", "project = \"notes\"\n");
  first.write("migrations/0001_create_notes.sql", "CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL);\n");
  REQUIRE(first.drydock({"init", "--environment", "production"}).code == 0);
  REQUIRE(first.drydock({"migrate", "--environment", "production"}).code == 0);
  first.sql("INSERT INTO notes VALUES (1, 'hang in there'), (2, 'see you in June'), (3, 'call me')");
}

TEST_CASE("a second project that stands before the first one's database is refused, and every note is there") {
  for (const Project::Kind kind : both_kinds) {
    const Project first(kind);
    deploy_first(first);
    const std::string before = notes_in(first);
    for (const Story& story : stories) {
      const Project second;
      second.write(story.migration, "DROP TABLE IF EXISTS notes;\nCREATE TABLE boards (id integer PRIMARY KEY);\n");
      second.write("drydock.toml", story.settings);
      const std::string url =
          kind == Project::Kind::sqlite ? "sqlite:" + (first.folder() / "app.db").string() : first.url();
      for (const char* command : {"migrate", "rehearse"}) {
        const Ran ran = second.without_database({command, "--environment", "production", "--database", url});
        INFO(story.what, ", ", command, "\n", ran.out, ran.err);
        CHECK(ran.code == story.code);
        CHECK(ran.says(story.message));
      }
      CHECK(notes_in(first) == before);
    }
  }
}

TEST_CASE("a database that is new is not filled where the copied configuration expects the first one's") {
  for (const Project::Kind kind : both_kinds) {
    const Project first(kind), second(kind);
    deploy_first(first);
    second.write("drydock.toml", first.read("drydock.toml"));
    second.write("migrations/0001_create_boards.sql", "CREATE TABLE boards (id integer PRIMARY KEY);\n");
    const Ran ran = second.drydock({"migrate", "--environment", "production"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 5);
    CHECK(ran.says("drydock init"));
    CHECK((kind == Project::Kind::sqlite ? !std::filesystem::exists(second.folder() / "app.db")
                                         : !second.has_table("boards")));
  }
}

}  // namespace
}  // namespace drydock
