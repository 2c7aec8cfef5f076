// Another tool's command, a script here: it is rehearsed on a shadow, and reaches the target only if nothing is lost
// without a consent.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

// Sends its statements as any tool does: by the variables that it is given.
void write_tool(const Project& project, const std::string& sql, const std::string& after = "") {
  const std::string client = project.kind() == Project::Kind::sqlite
                                 ? "sqlite3 -bail \"${DATABASE_URL#sqlite:}\""
                                 : "psql -X -q -v ON_ERROR_STOP=1 \"$DATABASE_URL\"";
  project.write("tool", "#!/bin/sh\nset -e\n" + client + " <<'END'\n" + sql + "\nEND\n" + after + "\n");
  std::filesystem::permissions(project.folder() / "tool", std::filesystem::perms(0755));
}

void fill(const Project& project) {
  project.sql(
      "CREATE TABLE users (id integer PRIMARY KEY, email text); INSERT INTO users VALUES (1, 'ann@example.org'), (2, "
      "'bob@example.org'), (3, 'cid@example.org'); CREATE TABLE tool_version (version varchar(32) PRIMARY KEY); INSERT "
      "INTO tool_version VALUES ('0001')");
}

// All that the target holds, its schema included.
std::string state_of(const Project& project) {
  const bool sqlite = project.kind() == Project::Kind::sqlite;
  const std::string list = sqlite ? "group_concat(" : "string_agg(", end = sqlite ? ", ',')" : ", ',')";
  std::string state = project.value("SELECT " + list + "id || ' ' || coalesce(email, '-')" + end +
                                    " FROM (SELECT * FROM users ORDER BY id) u");
  state += project.value("SELECT " + list + "version" + end + " FROM tool_version");
  return state + project.value(sqlite ? "SELECT group_concat(sql) FROM sqlite_schema"
                                      : "SELECT string_agg(table_schema || table_name || column_name || data_type, "
                                        "',' ORDER BY table_schema, table_name, ordinal_position) FROM "
                                        "information_schema.columns WHERE table_schema NOT IN ('pg_catalog', "
                                        "'information_schema')");
}

struct Refusal {
  const char* sql;
  const char* kind;
  const char* object;
  int rows;
};

const Refusal refusals[] = {
    {"DROP TABLE users;", "table-dropped", "users", 3},
    // What `create_table :users, force: :cascade` sends.
    {"DROP TABLE users; CREATE TABLE users (id integer PRIMARY KEY, email text);", "table-recreated", "users", 3},
    {"DELETE FROM users WHERE id > 1;", "rows-deleted", "users", 2},
    // Demo rows under the old keys are not the old rows.
    {"DELETE FROM users; INSERT INTO users VALUES (1, 'demo1'), (2, 'demo2'), (3, 'demo3');", "rows-deleted", "users",
     3},
    {"ALTER TABLE users DROP COLUMN email;", "column-dropped", "users.email", 3},
    {"ALTER TABLE users DROP COLUMN email; ALTER TABLE users ADD COLUMN mail text NOT NULL DEFAULT 'none';",
     "column-dropped", "users.email", 3},
    {"UPDATE users SET email = NULL WHERE id = 2;", "values-erased", "users.email", 1},
    {"DELETE FROM tool_version; INSERT INTO tool_version VALUES ('0002');", "rows-deleted", "tool_version", 1},
};

TEST_CASE("a command that loses something is refused, and the target is as it was") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    const std::string before = state_of(project);
    for (const Refusal& each : refusals) {
      CAPTURE(std::string(each.sql));
      write_tool(project, each.sql);
      const Ran ran = project.drydock({"migrate", "--json", "--", "./tool"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 3);
      CHECK(ran.says("the command was not run there"));
      CHECK_FALSE(ran.says("example.org"));
      const auto json = nlohmann::json::parse(ran.out).at("rehearsal");
      CHECK(json.at("schema") == "drydock.rehearsal/1");
      CHECK(json.at("verdict") == "rejected");
      REQUIRE(json.at("migrations").size() == 1);
      CHECK(json["migrations"][0].at("version") == "command");
      CHECK(json["migrations"][0].at("name") == "tool");
      REQUIRE(json["migrations"][0].at("losses").size() == 1);
      const auto& loss = json["migrations"][0]["losses"][0];
      CHECK(loss.at("kind") == each.kind);
      CHECK(loss.at("object") == project.table(each.object));
      CHECK(loss.at("rows") == each.rows);
      CHECK(state_of(project) == before);
    }
  }
}

const char* const harmless[] = {
    "ALTER TABLE users ADD COLUMN plan text; UPDATE tool_version SET version = '0002' WHERE version = '0001';",
    "UPDATE users SET email = 'x' || email;",
    "ALTER TABLE users RENAME COLUMN email TO mail; ALTER TABLE users RENAME TO people; ALTER TABLE people RENAME TO "
    "users; ALTER TABLE users RENAME COLUMN mail TO email; INSERT INTO users VALUES (4, 'dee'); DELETE FROM users "
    "WHERE "
    "id = 4;",
    "CREATE TABLE next (id integer PRIMARY KEY, email text); INSERT INTO next SELECT id, email FROM users; DROP TABLE "
    "users; ALTER TABLE next RENAME TO users;",
    "ALTER TABLE users RENAME TO people; CREATE TABLE users (id integer, email text);",
};

TEST_CASE("a command that loses nothing goes through, and nothing of drydock's is left in the target") {
  for (const Project::Kind kind : both_kinds) {
    for (const char* sql : harmless) {
      CAPTURE(std::string(sql));
      const Project project(kind);
      fill(project);
      write_tool(project, sql);
      const Ran ran = project.drydock({"migrate", "--", "./tool"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 0);
      CHECK(ran.says("the guard cannot watch another tool's session"));
      CHECK(ran.says("to go back: restore to"));
      CHECK_FALSE(project.has_table("drydock_counts"));
    }
  }
}

TEST_CASE("a consent in drydock.consents lets its loss through, up to its bound") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    write_tool(project, "DELETE FROM users WHERE id > 1;");
    const std::string consent = "-- drydock:consent rows-deleted " + project.table("users");
    project.write("drydock.consents", "-- a comment\n\n" + consent + " rows<=1 reason=\"test accounts\"\n");
    const Ran rehearsed = project.drydock({"rehearse", "--", "./tool"});
    CHECK(rehearsed.code == 3);
    CHECK(rehearsed.says("by the command tool"));
    CHECK(rehearsed.says("its consent allows rows<=1 only"));
    CHECK(rehearsed.says("add to drydock.consents:"));
    project.write("drydock.consents", consent + " rows<=2 reason=\"test accounts\"\n");
    const Ran ran = project.drydock({"migrate", "--json", "--", "./tool"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    const auto json = nlohmann::json::parse(ran.out);
    CHECK(json.at("result") == "applied");
    CHECK(json.at("applied") == nlohmann::json({"command"}));
    CHECK(json.at("rehearsal").at("verdict") == "consented");
    CHECK(project.value("SELECT count(*) FROM users") == "1");
    for (const char* wrong :
         {"DROP TABLE users;\n", "-- drydock:transaction none\n", "consent rows-deleted users rows<=2\n"}) {
      project.write("drydock.consents", std::string("\n") + wrong);
      const Ran refused = project.drydock({"migrate", "--", "./tool"});
      CHECK(refused.code == 2);
      CHECK(refused.says("drydock.consents:2"));
    }
  }
}

TEST_CASE("a command that leaves the shadow as it was proves nothing") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    for (const char* sql : {"", "SELECT 1;"}) {
      write_tool(project, sql);
      for (const char* command : {"rehearse", "migrate"}) {
        const Ran ran = project.drydock({command, "--", "./tool"});
        CHECK(ran.code == 7);
        CHECK(ran.says("left the shadow as it was"));
      }
    }
  }
}

TEST_CASE("a command that fails on the shadow does not reach the target, and its output stays its own") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    const std::string before = state_of(project);
    write_tool(project, "CREATE TABLE more (id integer);", "echo ann@example.org is in the way >&2\nexit 5");
    const Ran ran = project.drydock({"migrate", "--command-log", "tool.log", "--", "./tool"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 3);
    CHECK(ran.says("tool ended with exit status 5 on the shadow"));
    CHECK_FALSE(ran.says("ann@example.org"));
    CHECK(project.read("tool.log").find("ann@example.org") != std::string::npos);
    CHECK(std::filesystem::status(project.folder() / "tool.log").permissions() == std::filesystem::perms(0600));
    CHECK(state_of(project) == before);
  }
}

TEST_CASE("a command that fails on the target itself ends with 8") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    write_tool(project, "CREATE TABLE more (id integer);", "test ! -e second || exit 3\ntouch second");
    const Ran ran = project.drydock({"migrate", "--", "./tool"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 8);
    CHECK(ran.says("exit status 3"));
  }
}

TEST_CASE("a target without a row needs no shadow") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    write_tool(project, "CREATE TABLE users (id integer);");
    const Ran ran = project.drydock({"migrate", "--", "./tool"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("no shadow is made"));
    CHECK(project.has_table("users"));
  }
}

TEST_CASE("what would run the command without a rehearsal is refused") {
  const Project project;
  fill(project);
  write_tool(project, "CREATE TABLE more (id integer);");
  CHECK(project.drydock({"migrate", "--no-rehearsal", "--", "./tool"}).code == 2);
  CHECK(project.drydock({"migrate", "--to", "0001", "--", "./tool"}).code == 2);
  CHECK(project.drydock({"migrate", "--"}).code == 2);
  CHECK(project.drydock({"migrate", "--", "./no-such-tool"}).code == 2);
  project.write("drydock.toml", "[environments.production]\nrehearsal = \"guard\"\n");
  CHECK(project.drydock({"migrate", "--environment", "production", "--", "./tool"}).code == 7);
  project.write("drydock.toml", "[environments.production]\nid = \"9f2c61d0a4e84d6cb0f5e7d1c3a85b92\"\n");
  CHECK(project.drydock({"migrate", "--environment", "production", "--", "./tool"}).code == 5);
  CHECK_FALSE(project.has_table("more"));
}

TEST_CASE("on the shadow no variable leads to the target") {
  const Project project(Project::Kind::postgres);
  fill(project);
  project.write("drydock.toml",
                "[command]\nenvironment = { JDBC = \"jdbc:{database}:{user}:{port}\", OTHER_URL = \"{url}\" }\n");
  write_tool(
      project, "CREATE TABLE more (id integer);",
      "env | grep -E '^(PG|DATABASE_URL|DRYDOCK|JDBC|OTHER)' | sort > variables.$(test -e variables.1 && echo 2 || "
      "echo 1)");
  const Ran ran = project.drydock({"migrate", "--", "./tool"}, {{"PGPASSWORD", "hidden"}, {"PGHOSTADDR", ""}});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  const std::string shadow = project.read("variables.1"), target = project.read("variables.2");
  const std::string socket = project.url().substr(project.url().find("host=") + 5);
  CHECK(shadow.find(socket) == std::string::npos);
  CHECK(shadow.find("hidden") == std::string::npos);
  CHECK(shadow.find("PGHOST=/") != std::string::npos);
  CHECK(shadow.find("JDBC=jdbc:") != std::string::npos);
  CHECK(shadow.find("OTHER_URL=postgresql:///") != std::string::npos);
  CHECK(target.find("PGHOST=" + socket + "\n") != std::string::npos);
  CHECK(target.find("host=" + socket + "&user=postgres\n") != std::string::npos);
  CHECK(target.find("PGPASSWORD=hidden") != std::string::npos);
}

TEST_CASE("an address of the target that is written down in the tool leads nowhere in a rehearsal") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    fill(project);
    const std::string before = state_of(project);
    project.write("tool", kind == Project::Kind::sqlite
                              ? "#!/bin/sh\nsqlite3 app.db 'DELETE FROM users'\n"
                              : "#!/bin/sh\npsql -X '" + project.url() + "' -c 'DELETE FROM users'\n");
    std::filesystem::permissions(project.folder() / "tool", std::filesystem::perms(0755));
    const Ran ran = project.drydock({"rehearse", "--", "./tool"});
    INFO(ran.out, ran.err);
    // A machine that cannot cover it (in a chroot, say) has to say so.
    if (state_of(project) != before) {
      CHECK(ran.says("could not be"));
      CHECK(ran.says("look whether the target is as it was"));
    } else {
      CHECK(ran.code == 3);
    }
  }
}

}  // namespace
}  // namespace drydock
