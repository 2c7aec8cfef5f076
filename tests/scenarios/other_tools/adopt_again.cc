// Between drydock and another tool, back and forth: what one of them has run, the other does not run again, and what
// drydock took back the tool does not take for applied.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

void check_code(const Ran& ran, int code) {
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
}

std::string history_of(const Project& project) {
  return project.kind() == Kind::sqlite ? "drydock_history" : "drydock.history";
}

std::string sql_of(const std::string& number) { return "CREATE TABLE t" + number + " (id integer PRIMARY KEY);\n"; }

void add_file(const Project& project, const std::string& number) {
  project.write("migrations/" + number + "_t.sql", sql_of(number));
  project.write("migrations/" + number + "_t.undo.sql", "DROP TABLE t" + number + ";\n");
}

// As a tool runs a file: the text, and the row.
void run_by_tool(const Project& project, const std::string& number, const std::string& row) {
  add_file(project, number);
  project.sql(sql_of(number) + row);
}

// How a tool keeps its history, and what it writes there for a version.
struct Tool {
  std::string name, table, first, second, fifth;
  std::string versions;  // the query for what the table has in the end
};

const Tool tools[] = {
    {"dbmate", "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "INSERT INTO schema_migrations VALUES ('1')", "INSERT INTO schema_migrations VALUES ('2')",
     "INSERT INTO schema_migrations VALUES ('5')", "SELECT version FROM schema_migrations ORDER BY 1"},
    {"golang-migrate", "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
     "INSERT INTO schema_migrations VALUES (1, false)", "UPDATE schema_migrations SET version = 2",
     "UPDATE schema_migrations SET version = 5", "SELECT version FROM schema_migrations"},
    {"goose",
     "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint, is_applied boolean, tstamp timestamp); "
     "INSERT INTO goose_db_version VALUES (0, 0, true, NULL)",
     "INSERT INTO goose_db_version VALUES (1, 1, true, NULL)", "INSERT INTO goose_db_version VALUES (2, 2, true, NULL)",
     "INSERT INTO goose_db_version VALUES (5, 5, true, NULL)",
     "SELECT version_id FROM goose_db_version WHERE version_id > 0 ORDER BY 1"},
};

std::string all_of(const Project& project, const std::string& query) {
  const bool sqlite = project.kind() == Kind::sqlite;
  return project.value((sqlite ? "SELECT group_concat(v, ' ') FROM (" : "SELECT string_agg(v::text, ' ') FROM (") +
                       query + (sqlite ? ")" : ") AS all_of(v)"));
}

std::string versions_in(const Project& project, const Tool& tool) {
  std::string query = tool.versions;
  if (project.kind() == Kind::sqlite) query.insert(query.find(" FROM"), " AS v");
  return all_of(project, query);
}

void prepare_ids(const Project& project, const Tool& tool) {
  if (project.kind() == Kind::postgres && tool.name == "goose")
    project.sql("CREATE SEQUENCE ids START 10; ALTER TABLE goose_db_version ALTER id SET DEFAULT nextval('ids')");
}

TEST_CASE("a tool and drydock run files by turns, and neither runs what the other has run") {
  for (const Kind kind : both_kinds)
    for (const Tool& tool : tools) {
      INFO(tool.name);
      const Project project(kind);
      project.sql(tool.table);
      prepare_ids(project, tool);
      run_by_tool(project, "1", tool.first);
      run_by_tool(project, "2", tool.second);
      check_code(project.drydock({"adopt"}), 0);
      add_file(project, "3");
      add_file(project, "4");
      check_code(project.drydock({"migrate"}), 0);
      check_code(project.drydock({"adopt", "--release"}), 0);
      CHECK(versions_in(project, tool) == (tool.name == "golang-migrate" ? "4" : "1 2 3 4"));

      run_by_tool(project, "5", tool.fifth);
      for (const char* command : {"migrate", "plan", "rehearse"}) {
        const Ran ran = project.drydock({command});
        check_code(ran, 4);
        CHECK(ran.says("5 was applied in "));
        CHECK(ran.says("by " + tool.name + " (table "));
        CHECK(ran.says("drydock adopt"));
      }
      const Ran again = project.drydock({"adopt", "--json"});
      check_code(again, 0);
      const auto recorded = nlohmann::json::parse(again.out).at("recorded");
      REQUIRE(recorded.size() == 1);
      CHECK(recorded[0].at("version") == "5");
      check_code(project.drydock({"status", "--check"}), 0);
      CHECK(project.drydock({"adopt"}).says("Nothing to adopt"));
      CHECK(project.drydock({"adopt", "--release"}).says("says already"));
    }
}

TEST_CASE("what drydock took back is taken out of the tool's table, and not adopted again before that") {
  for (const Kind kind : both_kinds)
    for (const Tool& tool : tools) {
      INFO(tool.name);
      const Project project(kind);
      project.sql(tool.table);
      prepare_ids(project, tool);
      run_by_tool(project, "1", tool.first);
      run_by_tool(project, "2", tool.second);
      check_code(project.drydock({"adopt"}), 0);
      check_code(project.drydock({"undo"}), 0);
      CHECK_FALSE(project.has_table("t2"));
      const std::string before = project.state();
      const Ran refused = project.drydock({"adopt"});
      check_code(refused, 4);
      CHECK(refused.says("drydock took 2 back"));
      CHECK(project.state() == before);

      const Ran dry = project.drydock({"adopt", "--release", "--dry-run", "--json"});
      check_code(dry, 0);
      CHECK(nlohmann::json::parse(dry.out).at("taken_out").size() == 1);
      CHECK(project.state() == before);
      check_code(project.drydock({"adopt", "--release"}), 0);
      CHECK(versions_in(project, tool) == "1");
      check_code(project.drydock({"migrate"}), 0);
      CHECK(project.has_table("t2"));
      check_code(project.drydock({"adopt", "--release"}), 0);
      CHECK(versions_in(project, tool) == (tool.name == "golang-migrate" ? "2" : "1 2"));
    }
}

TEST_CASE("what is applied again after drydock took it back is pending for it, whatever the tool's table says") {
  const Project project;
  project.sql(tools[0].table);
  run_by_tool(project, "1", tools[0].first);
  check_code(project.drydock({"adopt"}), 0);
  check_code(project.drydock({"undo"}), 0);
  check_code(project.drydock({"migrate"}), 0);
  CHECK(project.has_table("t1"));
}

TEST_CASE("what the tool took back after it was adopted from is said") {
  const Project project;
  project.sql(tools[0].table);
  run_by_tool(project, "1", tools[0].first);
  run_by_tool(project, "2", tools[0].second);
  check_code(project.drydock({"adopt"}), 0);
  project.sql("DROP TABLE t2; DELETE FROM schema_migrations WHERE version = '2'");
  const Ran ran = project.drydock({"adopt"});
  check_code(ran, 0);
  CHECK(ran.says("2 was adopted from dbmate, whose table has it no longer"));
}

TEST_CASE("a table of another name is told by --table, or in drydock.toml") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    project.sql("CREATE TABLE my_migrations (version bigint PRIMARY KEY, dirty boolean)");
    run_by_tool(project, "1", "INSERT INTO my_migrations VALUES (1, false)");
    add_file(project, "2");
    const Ran none = project.drydock({"adopt"});
    check_code(none, 4);
    CHECK(none.says("--table NAME"));
    const Ran unknown = project.drydock({"adopt", "--table", "gone"});
    check_code(unknown, 2);
    CHECK(unknown.says("has no table gone with the columns of a tool that is known"));
    check_code(project.drydock({"adopt", "--dry-run", "--table", project.table("my_migrations")}), 0);
    project.write("drydock.toml", "adopt_table = \"my_migrations\"\n");
    check_code(project.drydock({"migrate"}), 4);
    check_code(project.drydock({"adopt"}), 0);
    check_code(project.drydock({"migrate"}), 0);
    check_code(project.drydock({"adopt", "--release"}), 0);
    CHECK(project.value("SELECT version FROM my_migrations") == "2");
  }
}

TEST_CASE("a table of another name whose columns are those of several tools needs the tool, too") {
  const Project project;
  project.sql("CREATE TABLE my_migrations (version varchar(10) PRIMARY KEY)");
  run_by_tool(project, "1", "INSERT INTO my_migrations VALUES ('1')");
  check_code(project.drydock({"adopt", "--table", "my_migrations"}), 2);
  check_code(project.drydock({"adopt", "--table", "my_migrations", "--from", "dbmate"}), 0);
  CHECK(project.value("SELECT rehearsal FROM " + history_of(project)) == "adopted from dbmate");
}

// As version 4.28 of Liquibase wrote it for these files.
TEST_CASE("a changelog of Liquibase's is adopted with its sums, and given back under the paths that it has") {
  const std::string table =
      "CREATE TABLE databasechangelog (id varchar(255) NOT NULL, author varchar(255) NOT NULL, filename varchar(255) "
      "NOT NULL, dateexecuted timestamp NOT NULL, orderexecuted integer NOT NULL, exectype varchar(10) NOT NULL, "
      "md5sum varchar(35), description varchar(255));"
      "INSERT INTO databasechangelog (id, author, filename, dateexecuted, orderexecuted, exectype, md5sum) VALUES "
      "('users', 'ann', 'db/changes/01.sql', '2026-01-01', 1, 'EXECUTED', '9:0a4d687961ee7a3817ec12318f53ca67'), "
      "('view', 'bob', 'db/changes/02.sql', '2026-01-01', 2, 'EXECUTED', '9:91b2016d3dd74897a6a8dac4de6db09d');";
  const std::string users = "CREATE TABLE users (id integer PRIMARY KEY, email text);\n";
  const std::string view = "DROP VIEW IF EXISTS v; \nCREATE VIEW v AS SELECT id FROM users;\n";
  const std::string first_line = "--liquibase formatted sql\n";
  const std::string of_view = first_line + "--changeset bob:view runOnChange:true\n";
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/changes/01.sql", first_line + "--changeset ann:users\n" + users + "--rollback empty\n");
    project.write("migrations/changes/02.sql", of_view + view);
    project.sql(table + users + view);
    const Ran adopted = project.drydock({"adopt"});
    check_code(adopted, 0);
    CHECK(adopted.out.find("ann:users  ann:users") != std::string::npos);
    CHECK(project.drydock({"adopt", "--json"}).says("nothing-to-do"));

    project.write("migrations/changes/02.sql", of_view +
                                                   "DROP VIEW IF EXISTS v; \nCREATE VIEW v AS SELECT email FROM "
                                                   "users;\n");
    project.write("migrations/changes/03.sql", first_line + "--changeset bob:3\nCREATE TABLE more (id integer);\n");
    check_code(project.drydock({"migrate"}), 0);
    check_code(project.drydock({"adopt", "--release"}), 0);
    CHECK(project.value("SELECT count(*) FROM databasechangelog") == "3");
    CHECK(project.value("SELECT filename FROM databasechangelog WHERE id = '3'") == "db/changes/03.sql");
    CHECK(project.value("SELECT exectype FROM databasechangelog WHERE id = 'view'") == "RERAN");
    CHECK(project.value("SELECT md5sum FROM databasechangelog WHERE id = 'view'") !=
          "9:91b2016d3dd74897a6a8dac4de6db09d");
    CHECK(project.drydock({"adopt", "--release"}).says("says already"));
  }
}

}  // namespace
}  // namespace drydock
