// A project whose migrations another tool's conventions made: the command finds out which, and migrates.
#include <doctest/doctest.h>

#include "fixtures/project.h"

using namespace drydock;

namespace {

struct Tool {
  const char* name;
  Project::Kind kind;
  std::vector<std::pair<std::string, std::string>> files;  // below the folder; they make the tables a and b
};

constexpr const char* table_a = "CREATE TABLE a (id integer PRIMARY KEY);\n";
constexpr const char* table_b = "CREATE TABLE b (id integer PRIMARY KEY);\n";

const std::vector<Tool>& tools() {
  static const std::vector<Tool> all = {
      {"prisma",
       Project::Kind::sqlite,
       {{"migration_lock.toml", "provider = \"sqlite\"\n"},
        {"20240101000000_a/migration.sql", table_a},
        {"20240102000000_b/migration.sql", table_b}}},
      {"diesel",
       Project::Kind::sqlite,
       {{"2024-01-01-000000_a/up.sql", table_a},
        {"2024-01-01-000000_a/down.sql", "DROP TABLE a;\n"},
        {"20240102000000_b/up.sql", table_b}}},
      {"atlas",
       Project::Kind::sqlite,
       {{"1.sql", "create table a (id int);\n"},
        {"2_b.sql", "create table b (id int);\n"},
        {"atlas.sum",
         "h1:7yXwmh9cIaYlyvFXqrLfCxXzSE4WWKB6O6XXerKj2eM=\n1.sql h1:ZHys/lw2lopWJ4SecE/6r7n1cficZgWOFqzR1Vcs5zU=\n"
         "2_b.sql h1:WIdytuA4JBF0reFS036R46wDyvFVre0WEPndAJhe6rE=\n"}}},
      {"node-pg-migrate",
       Project::Kind::postgres,
       {{"1700000000000_a.sql", "-- Up Migration\n" + std::string(table_a) + "-- Down Migration\nDROP TABLE a;\n"},
        {"1700000000001_b.sql", table_b}}},
      {"sqitch",
       Project::Kind::sqlite,
       {{"sqitch.conf", "[core]\nengine = sqlite\n"},
        {"sqitch.plan",
         "%syntax-version=1.0.0\n%project=x\n\nz 2026-01-01T00:00:00Z A <a@b.c>\nb [z] 2026-01-01T00:00:00Z A "
         "<a@b.c>\n"},
        {"deploy/z.sql", "BEGIN;\n" + std::string(table_a) + "COMMIT;\n"},
        {"deploy/b.sql", table_b}}},
      {"liquibase",
       Project::Kind::postgres,
       {{"one.sql", "--liquibase formatted sql\n--changeset ann:1\n" + std::string(table_a) +
                        "--rollback DROP TABLE a;\n--changeset ann:2 endDelimiter:/\n"
                        "CREATE TABLE b (id integer PRIMARY KEY)\n/\n"}}},
      {"pop",
       Project::Kind::sqlite,
       {{"20240101000000_a.up.sql", table_a},
        {"20240102000000_b.up.sql", "nonsense"},
        {"20240102000000_b.sqlite3.up.sql", table_b}}},
      {"rails",
       Project::Kind::postgres,
       {{"structure.sql",
         "CREATE TABLE public.schema_migrations (version character varying NOT NULL);\n" + std::string(table_a) +
             table_b +
             "SET search_path TO \"$user\", public;\n\nINSERT INTO \"schema_migrations\" (version) VALUES\n"
             "('20240101000000');\n"}}},
  };
  return all;
}

}  // namespace

TEST_CASE("Another tool's folder is found out, migrated, and then up to date") {
  for (const Tool& tool : tools()) {
    CAPTURE(tool.name);
    const Project project(tool.kind);
    for (const auto& [file, text] : tool.files) project.write("migrations/" + file, text);
    const Ran planned = project.drydock({"plan"});
    CHECK(planned.code == 0);
    const Ran migrated = project.drydock({"migrate"});
    CAPTURE(migrated.out);
    CAPTURE(migrated.err);
    REQUIRE(migrated.code == 0);
    CHECK(project.has_table("a"));
    CHECK(project.has_table("b"));
    CHECK(project.drydock({"status", "--check"}).code == 0);
  }
}

TEST_CASE("A database from before an Atlas checkpoint records it, and a new one is made from it") {
  const Project old_project;
  const Project new_project;
  for (const Tool& tool : tools())
    if (std::string(tool.name) == "atlas")
      for (const auto& [file, text] : tool.files) old_project.write("migrations/" + file, text);
  REQUIRE(old_project.drydock({"migrate"}).code == 0);
  for (const Project* project : {&old_project, &new_project}) {
    project->write("migrations/1.sql", "create table a (id int);\n");
    project->write("migrations/2_b.sql", "create table b (id int);\n");
    project->write("migrations/3_all.sql",
                   "-- atlas:checkpoint\n\ncreate table a (id int);\ncreate table b (id int);\n");
    project->write(
        "migrations/atlas.sum",
        "h1:8mP5VfhDekcyjg91xOMjNFzne23xTAVupZpozijEq4s=\n1.sql h1:ZHys/lw2lopWJ4SecE/6r7n1cficZgWOFqzR1Vcs5zU=\n"
        "2_b.sql h1:WIdytuA4JBF0reFS036R46wDyvFVre0WEPndAJhe6rE=\n3_all.sql "
        "h1:JQgSk8UAwhblWsLY2YjTH8jKFTa/iSkJdHA6uQdIa4E=\n");
    const Ran migrated = project->drydock({"migrate"});
    CAPTURE(migrated.out);
    CAPTURE(migrated.err);
    CHECK(migrated.code == 0);
    CHECK(project->has_table("b"));
    CHECK(project->drydock({"status", "--check"}).code == 0);
  }
}
