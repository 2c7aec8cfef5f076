// Forestry, 2017: migrations were squashed into one file whose version production had never recorded. There it ran,
// dropped every table and made them again, empty. Here the same squash, with people's mistakes around it, meets
// databases that hold all, some or none of what it replaces. No row is lost on any of them.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"
#include "runner/migration/baseline.h"
#include "runner/sql/lexer.h"

namespace drydock {
namespace {

constexpr const char* users = "12503";

struct Original {
  std::string version, name, sql;
};

const Original originals[] = {
    {"0001", "create_users", "CREATE TABLE users (id integer PRIMARY KEY, email text);\n"},
    {"0002", "create_sites", "CREATE TABLE sites (id integer PRIMARY KEY, user_id integer REFERENCES users);\n"},
    {"0003", "add_plan", "ALTER TABLE users ADD COLUMN plan text;\n"},
    {"0004", "create_forks", "CREATE TABLE forks (id integer PRIMARY KEY);\n"},
};

const std::string schema =
    "CREATE TABLE users (id integer PRIMARY KEY, email text, plan text);\n"
    "CREATE TABLE sites (id integer PRIMARY KEY, user_id integer REFERENCES users);\n"
    "CREATE TABLE forks (id integer PRIMARY KEY);\n";

std::string file_name(const Original& original) { return original.version + "_" + original.name + ".sql"; }

Dialect dialect_of(const Project& project) {
  return project.kind() == Project::Kind::sqlite ? Dialect::sqlite : Dialect::postgres;
}

// Of the originals, and of `more` behind them.
std::string baseline(const Project& project, const std::string& body = schema, const std::vector<Original>& more = {}) {
  BaselineHeader header;
  header.through = Version(more.empty() ? "0004" : more.back().version);
  header.schema_hash = header.data_hash = sha256("");
  std::vector<Original> all(std::begin(originals), std::end(originals));
  all.insert(all.end(), more.begin(), more.end());
  for (const Original& each : all)
    header.replaces.push_back({.version = Version(each.version),
                               .checksum = sha256(significant_text(each.sql, dialect_of(project))),
                               .name = each.name});
  header.upgrade_hint = "sites are checked, which takes a minute";
  return compose(header) + "\n" + body;
}

void write_originals(const Project& project, const std::string& folder) {
  for (const Original& each : originals) project.write(folder + "/" + file_name(each), each.sql);
}

void remove_originals(const Project& project) {
  for (const Original& each : originals) std::filesystem::remove(project.folder() / "migrations" / file_name(each));
}

// Production, migrated up to that version, with its users in it.
void deploy(const Project& project, const std::string& up_to) {
  write_originals(project, "migrations");
  REQUIRE(project.drydock({"migrate", "--to", up_to}).code == 0);
  project.sql(
      "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12503) "
      "INSERT INTO users (id, email) SELECT i, 'user ' || i FROM n");
}

// What `drydock squash` leaves behind.
void squash(const Project& project) {
  remove_originals(project);
  write_originals(project, "migrations/squashed");
  project.write("migrations/0004_baseline.sql", baseline(project));
}

std::string rows_of(const Project& project) { return project.value("SELECT count(*) FROM users"); }

std::string history_of(const Project& project) {
  const std::string table = project.kind() == Project::Kind::sqlite ? "drydock_history" : "drydock.history";
  const std::string list = project.kind() == Project::Kind::sqlite ? "group_concat(version || ' ' || kind, ', ')"
                                                                   : "string_agg(version || ' ' || kind, ', ')";
  return project.value("SELECT " + list + " FROM (SELECT version, kind FROM " + table + " ORDER BY sequence) h");
}

const std::string all_recorded = "0001 migration, 0002 migration, 0003 migration, 0004 migration";

// version, state and kind of each, in order.
std::string states_of(const Project& project) {
  const auto status = nlohmann::json::parse(project.drydock({"status", "--json"}).out);
  std::string shown;
  for (const auto& each : status.at("migrations"))
    shown += each.at("version").get<std::string>() + " " + each.at("state").get<std::string>() + " " +
             each.at("kind").get<std::string>() + "\n";
  return shown;
}

TEST_CASE("a database that has all of it records the squash and runs nothing") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0004");
    squash(project);
    CHECK(project.drydock({"plan"}).says("record only"));
    CHECK(project.drydock({"status", "--check"}).code == 9);
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("nothing is run"));
    CHECK(rows_of(project) == users);
    CHECK(history_of(project) == all_recorded + ", 0004 baseline");
    CHECK(states_of(project) ==
          "0001 replaced migration\n0002 replaced migration\n0003 replaced migration\n0004 replaced migration\n"
          "0004 applied baseline\n");
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
    CHECK(project.drydock({"status", "--check"}).code == 0);
  }
}

TEST_CASE("a database that has some of it runs the originals, rehearsed, and then records the squash") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0002");
    squash(project);
    const Ran rehearsed = project.drydock({"rehearse", "--json"});
    INFO(rehearsed.out, rehearsed.err);
    CHECK(rehearsed.code == 0);
    CHECK(nlohmann::json::parse(rehearsed.out).at("verdict") == "safe");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("sites are checked, which takes a minute"));
    CHECK(rows_of(project) == users);
    CHECK(project.value("SELECT count(plan) FROM users") == "0");
    CHECK(project.has_table("forks"));
    CHECK(history_of(project) == all_recorded + ", 0004 baseline");
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
  }
}

TEST_CASE("a loss in an original that runs late is refused like any other") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0002");
    remove_originals(project);
    write_originals(project, "migrations/squashed");
    const std::string destroying = "DELETE FROM sites;\nDELETE FROM users;\n";
    std::string text = baseline(project);
    const std::string before = sha256(significant_text(originals[2].sql, dialect_of(project)));
    text.replace(text.find(before), before.size(), sha256(destroying));
    project.write("migrations/0004_baseline.sql", text);
    project.write("migrations/squashed/" + file_name(originals[2]), destroying);
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"migrate"}, {"migrate", "--no-rehearsal"}}) {
      const Ran ran = project.drydock(words);
      INFO(ran.out, ran.err);
      CHECK(ran.code == 3);
      CHECK(ran.says("squashed/0003_add_plan.sql:2"));
      CHECK(rows_of(project) == users);
    }
  }
}

TEST_CASE("where originals are missing nothing runs, and they are named") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0002");
    squash(project);
    std::filesystem::remove(project.folder() / "migrations/squashed" / file_name(originals[2]));
    // The second user's mistake: the version of an original is renamed.
    std::filesystem::rename(project.folder() / "migrations/squashed" / file_name(originals[3]),
                            project.folder() / "migrations/squashed/0005_create_forks.sql");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 4);
    CHECK(ran.says("0003_add_plan, 0004_create_forks"));
    CHECK(rows_of(project) == users);
    CHECK_FALSE(project.has_table("forks"));
  }
}

TEST_CASE("a database that has none of it and holds something is refused, with the way to adopt it") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0004");
    project.sql(kind == Project::Kind::sqlite ? "DROP TABLE drydock_history; DROP TABLE drydock_stamp"
                                              : "DROP SCHEMA drydock CASCADE");
    squash(project);
    for (const char* command : {"migrate", "rehearse", "plan"}) {
      const Ran ran = project.drydock({command});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 4);
      CHECK(ran.says("drydock adopt --at 0004"));
    }
    CHECK(project.drydock({"status", "--check"}).code == 4);
    CHECK(rows_of(project) == users);
  }
}

TEST_CASE("an empty database is made by the squash, and an older release finds its versions there") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    squash(project);
    CHECK(project.drydock({"migrate", "--to", "0002"}).code == 4);
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(project.has_table("forks"));
    CHECK(history_of(project) == "0004 baseline");
    // The release before the squash.
    std::filesystem::remove_all(project.folder() / "migrations");
    write_originals(project, "migrations");
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
    CHECK(project.drydock({"status", "--check"}).code == 0);
    // One that changed what the squash replaced.
    project.write("migrations/" + file_name(originals[3]), "CREATE TABLE forks (id bigint);\n");
    CHECK(project.drydock({"migrate"}).code == 4);
  }
}

TEST_CASE("a squash of a squash meets databases that have the older one, its originals, or a part of them") {
  const Original next{"0005", "add_colour", "ALTER TABLE users ADD COLUMN colour text;\n"};
  for (const Project::Kind kind : both_kinds) {
    for (const std::string up_to : {"0002", "0004"}) {
      const Project project(kind);
      deploy(project, up_to);
      squash(project);
      if (up_to == "0004") REQUIRE(project.drydock({"migrate"}).code == 0);
      // The older squash and what came after it are squashed in their turn.
      std::filesystem::rename(project.folder() / "migrations/0004_baseline.sql",
                              project.folder() / "migrations/squashed/0004_baseline.sql");
      project.write("migrations/squashed/" + file_name(next), next.sql);
      project.write("migrations/0005_baseline.sql", baseline(project, schema + next.sql, {next}));
      const Ran ran = project.drydock({"migrate"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 0);
      CHECK(rows_of(project) == users);
      CHECK(project.value("SELECT count(colour) FROM users") == "0");
      CHECK(history_of(project) ==
            all_recorded + (up_to == "0004" ? ", 0004 baseline" : "") + ", 0005 migration, 0005 baseline");
      CHECK(project.drydock({"status", "--check"}).code == 0);
    }
  }
}

TEST_CASE("an original that was left over beside the squash runs on no database twice, and on none instead") {
  for (const Project::Kind kind : both_kinds) {
    for (const std::string up_to : {"0004", "0002"}) {
      const Project project(kind);
      deploy(project, up_to);
      squash(project);
      project.write("migrations/" + file_name(originals[2]), originals[2].sql);
      const Ran ran = project.drydock({"migrate"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 0);
      CHECK(rows_of(project) == users);
      CHECK(history_of(project) == all_recorded + ", 0004 baseline");
    }
    const Project fresh(kind);
    squash(fresh);
    fresh.write("migrations/" + file_name(originals[2]), originals[2].sql);
    CHECK(fresh.drydock({"migrate"}).code == 0);
    CHECK(history_of(fresh) == "0004 baseline");
  }
}

TEST_CASE("a squash under a version that production never recorded changes nothing: its name decides nothing") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0004");
    squash(project);
    std::filesystem::rename(project.folder() / "migrations/0004_baseline.sql",
                            project.folder() / "migrations/20170412093000_init.sql");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("nothing is run"));
    CHECK(rows_of(project) == users);
  }
}

TEST_CASE("a squash that was written for other versions finds those of production missing") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0004");
    squash(project);
    std::string text = baseline(project);
    for (const std::string from : {"through=0004", "replaces 0004"})
      text.replace(text.find(from), from.size(), from.substr(0, from.size() - 1) + "5");
    project.write("migrations/0004_baseline.sql", text);
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 4);
    CHECK(ran.says("0005_create_forks"));
    CHECK(rows_of(project) == users);
  }
}

TEST_CASE("a squash that drops and makes anew, as Forestry's did, is refused before anything is looked at") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0002");
    squash(project);
    project.write("migrations/0004_baseline.sql", baseline(project, "DROP TABLE IF EXISTS sites;\n" + schema));
    for (const char* command : {"migrate", "rehearse", "plan", "status"}) {
      const Ran ran = project.drydock({command});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 2);
      CHECK(ran.says("0004_baseline.sql:8: a squashed baseline must not hold DROP"));
    }
    CHECK(rows_of(project) == users);
  }
}

TEST_CASE("without its first line the squash is a migration like any other, and the rehearsal rejects what it loses") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    deploy(project, "0002");
    project.write("migrations/0009_init.sql", "DROP TABLE sites;\nDROP TABLE users;\n" + schema);
    for (const Original& each : {originals[2], originals[3]})
      std::filesystem::remove(project.folder() / "migrations" / file_name(each));
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.says("table-recreated"));
    CHECK(rows_of(project) == users);
  }
}

TEST_CASE("another text under a replaced version, and a late file below the squash, are refused") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    write_originals(project, "migrations");
    project.write("migrations/" + file_name(originals[2]), "ALTER TABLE users ADD COLUMN plan varchar(9);\n");
    REQUIRE(project.drydock({"migrate"}).code == 0);
    squash(project);
    const Ran changed = project.drydock({"migrate"});
    INFO(changed.out, changed.err);
    CHECK(changed.code == 4);
    CHECK(changed.says("0003_add_plan was applied here"));

    const Project late(kind);
    deploy(late, "0004");
    squash(late);
    late.write("migrations/0_late.sql", "CREATE TABLE late (id integer);\n");
    const Ran ran = late.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 4);
    CHECK(ran.says("0_late.sql has not been applied, and stands at or below version 0004"));
    CHECK_FALSE(late.has_table("late"));
    const Ran marked = late.drydock({"repair", "0", "--mark-applied"});
    CHECK(marked.code == 4);
    CHECK(marked.says("rename it to a version above 0004; the record of "));
    CHECK(late.drydock({"migrate"}).code == 4);
  }
}

TEST_CASE("PostgreSQL: extensions and other schemas leave a database as good as new, types and functions do not") {
  struct Case {
    std::string there;
    int code;
  };
  for (const Case& each :
       {Case{"CREATE EXTENSION hstore", 0}, Case{"CREATE SCHEMA other; CREATE TABLE other.t (id int)", 0},
        Case{"CREATE TYPE mood AS ENUM ('fine')", 4},
        Case{"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", 4},
        Case{"CREATE SCHEMA shop; CREATE SEQUENCE shop.s", 4}}) {
    const Project project(Project::Kind::postgres);
    squash(project);
    project.write("migrations/0004_baseline.sql",
                  baseline(project, schema + "CREATE SCHEMA IF NOT EXISTS shop;\nCREATE TABLE shop.t (id int);\n"));
    project.sql(each.there);
    const Ran ran = project.drydock({"migrate"});
    INFO(each.there, ran.out, ran.err);
    CHECK(ran.code == each.code);
  }
}

}  // namespace
}  // namespace drydock
