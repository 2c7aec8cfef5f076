// One command on many databases, and on many schemas of one.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

constexpr int databases = 12, broken = 7;

std::string number(int index) { return (index < 10 ? "0" : "") + std::to_string(index); }

Ran run(const Project& project, std::vector<std::string> words, const std::string& command = "migrate") {
  words.insert(words.begin(), {command, "--each-database", "databases.txt"});
  return project.without_database(words);
}

std::unique_ptr<Database> open(const Project& project, int index) {
  return open_database(DatabaseUrl::parse("sqlite:" + (project.folder() / (number(index) + ".db")).string()),
                       {.create = true});
}

// A list of SQLite files, one of which already holds what the second migration makes.
void with_databases(const Project& project) {
  std::string list = "# the tenants\n\n";
  for (int index = 1; index <= databases; ++index) list += "  sqlite:" + number(index) + ".db\r\n";
  project.write("databases.txt", list);
  project.write("migrations/0001_one.sql", "CREATE TABLE one (id integer PRIMARY KEY);\n");
  project.write("migrations/0002_two.sql", "CREATE TABLE two (id integer PRIMARY KEY);\n");
  open(project, broken)->execute("CREATE TABLE two (other integer)");
}

void mend(const Project& project) { open(project, broken)->execute("DROP TABLE two"); }

// "applied failed not-started ..." in the order of the list.
std::string results_of(const nlohmann::json& document) {
  std::string results;
  for (const auto& entry : document.at("databases"))
    results += (results.empty() ? "" : " ") + entry.at("result").get<std::string>();
  return results;
}

std::string times(int count, const std::string& word) {
  std::string text;
  for (int index = 0; index < count; ++index) text += (index > 0 ? " " : "") + word;
  return text;
}

TEST_CASE("a run stops at the first failure, says what is left, and the next one does the rest") {
  const Project project;
  with_databases(project);
  const Ran stopped = run(project, {"--json", "--jobs", "1"});
  INFO(stopped.out, stopped.err);
  CHECK(stopped.code == 8);
  const auto document = nlohmann::json::parse(stopped.out);
  CHECK(document.at("schema") == "drydock.migrate-many/1");
  CHECK(document.at("exit_code") == 8);
  CHECK(results_of(document) == times(broken - 1, "applied") + " failed " + times(databases - broken, "not-started"));
  CHECK(document.at("summary") ==
        nlohmann::json{{"total", databases}, {"done", broken - 1}, {"failed", 1}, {"not_started", databases - broken}});
  const auto& first = document.at("databases").at(0);
  CHECK(first.at("database") == "sqlite:01.db");
  CHECK(first.at("applied") == nlohmann::json{"0001", "0002"});
  CHECK(first.at("document").at("schema") == "drydock.migrate/1");
  const auto& failed = document.at("databases").at(broken - 1);
  CHECK(failed.at("applied") == nlohmann::json{"0001"});
  CHECK(failed.at("message").get<std::string>().find("0002_two.sql") != std::string::npos);
  CHECK(stopped.err.find("sqlite:07.db: ") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(project.folder() / "08.db"));

  mend(project);
  const Ran rest = run(project, {"--json"});
  CHECK(rest.code == 0);
  CHECK(results_of(nlohmann::json::parse(rest.out)) ==
        times(broken - 1, "nothing-pending") + " " + times(databases - broken + 1, "applied"));
}

TEST_CASE("what runs beside a failure comes to its end") {
  const Project project;
  with_databases(project);
  const Ran stopped = run(project, {"--json", "--jobs", "4"});
  CHECK(stopped.code == 8);
  const auto document = nlohmann::json::parse(stopped.out);
  for (int index = 1; index <= databases; ++index) {
    const std::string result = document.at("databases").at(static_cast<std::size_t>(index - 1)).at("result");
    INFO(index);
    if (index < broken) CHECK(result == "applied");
    if (index == broken) CHECK(result == "failed");
    if (index > broken) CHECK((result == "applied" || result == "not-started"));
    if (result == "applied") CHECK_FALSE(open(project, index)->query("SELECT * FROM drydock_history").empty());
  }
}

TEST_CASE("--keep-going runs all of them, and the table says how each ended") {
  const Project project;
  with_databases(project);
  const Ran ran = run(project, {"--keep-going"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 8);
  for (int index = 1; index <= databases; ++index) {
    const std::string line = "sqlite:" + number(index) + ".db  " + (index == broken ? "failed (exit 8)" : "applied  ");
    CHECK(ran.out.find("\n" + line) != std::string::npos);
  }
  CHECK(ran.says("12 databases: 11 done, 1 failed, 0 not started"));
  CHECK(run(project, {"--check"}, "status").says("sqlite:07.db  pending (exit 9)"));
  CHECK(run(project, {}, "status").code == 0);
}

TEST_CASE("nothing is started where the first one fails, --keep-going or not") {
  const Project project;
  with_databases(project);
  open(project, 1)->execute("CREATE TABLE two (other integer)");
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--json"}, {"--json", "--keep-going"}}) {
    const Ran ran = run(project, words);
    CHECK(ran.code == 8);
    CHECK(results_of(nlohmann::json::parse(ran.out)) == "failed " + times(databases - 1, "not-started"));
  }
}

TEST_CASE("a loss in one of them is told with its rows") {
  const Project project;
  with_databases(project);
  mend(project);
  CHECK(run(project, {}).code == 0);
  open(project, 5)->execute("INSERT INTO one VALUES (1), (2)");
  project.write("migrations/0003_drop.sql", "DROP TABLE one;\n");
  const Ran rehearsed = run(project, {"--json"}, "rehearse");
  CHECK(rehearsed.code == 3);
  CHECK(nlohmann::json::parse(rehearsed.out).at("schema") == "drydock.rehearse-many/1");
  CHECK(nlohmann::json::parse(rehearsed.out).at("databases").at(4).at("result") == "rejected");
  CHECK(nlohmann::json::parse(rehearsed.out).at("databases").at(5).at("result") == "safe");
  const Ran ran = run(project, {"--keep-going"});
  CHECK(ran.code == 3);
  CHECK(ran.says("0003_drop.sql:1: table-dropped one, 2 rows"));
  CHECK(ran.says("sqlite:05.db  refused (exit 3)"));
}

TEST_CASE("a list that cannot be right is an error with its line, and no password is shown") {
  struct Case {
    const char* list;
    std::string says;
  };
  for (const Case& each :
       {Case{"", "databases.txt names no database"},
        {"sqlite:a.db\nsqlite:b.db\nsqlite:a.db\n", "databases.txt:3: sqlite:a.db stands there twice"},
        {"sqlite:a.db\nmysql://app:s3cret@x/y\n", "databases.txt:2: "},
        {"sqlite:a.db\n\npostgresql://app:s3cr@et@x/y\n", "databases.txt:3: "},
        {"sqlite:${NOWHERE}.db\n", "databases.txt:1: the variable NOWHERE is not set"}}) {
    const Project project;
    project.write("databases.txt", each.list);
    const Ran ran = run(project, {});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.says(each.says));
    CHECK_FALSE(ran.says("s3cr"));
    CHECK_FALSE(std::filesystem::exists(project.folder() / "a.db"));
  }
}

TEST_CASE("options of one database are refused for many") {
  const Project project;
  project.write("databases.txt", "sqlite:a.db\n");
  CHECK(run(project, {"--database", "sqlite:b.db"}).code == 2);
  CHECK(run(project, {"--source", "sqlite:b.db"}).code == 2);
  CHECK(run(project, {"--each-schema", "x"}).code == 2);
  CHECK(run(project, {"--schema", "x"}).code == 2);
  CHECK(run(project, {"--jobs", "0"}).code == 2);
  CHECK(run(project, {"--report", "a.md"}, "rehearse").code == 2);
  CHECK(project.drydock({"migrate", "--each-schema", "x"}).code == 2);
  CHECK(project.drydock({"status", "--schema", "x"}).code == 2);
  CHECK(project.without_database({"migrate", "--each-database", "missing.txt"}).code == 2);
  project.write("drydock.toml", "[environments.development]\nid = \"9f2c61d0a4e84d6cb0f5e7d1c3a85b92\"\n");
  CHECK(run(project, {}).says("is that of one database"));
}

// Five tenants, a schema that is none, and a table of all of them's: with rows in it each run is rehearsed.
enum class Shared { empty, with_rows };
void with_tenants(const Project& project, Shared shared = Shared::empty) {
  project.sql("CREATE TABLE shared (id integer PRIMARY KEY)");
  if (shared == Shared::with_rows) project.sql("INSERT INTO shared VALUES (1)");
  for (const char* schema : {"tenant_1", "tenant_2", "tenant_3", "tenant_4", "\"tenant_o'n \"\"e\"", "other"})
    project.sql(std::string("CREATE SCHEMA ") + schema);
  project.write("migrations/0001_one.sql", "CREATE TABLE one (id integer PRIMARY KEY);\nINSERT INTO one VALUES (1);\n");
  project.write("migrations/0002_two.sql", "CREATE TABLE two (id integer PRIMARY KEY);\n");
}

TEST_CASE("each schema is migrated with a record of its own, and a second run does the rest") {
  const Project project(Project::Kind::postgres);
  with_tenants(project, Shared::with_rows);
  project.sql("CREATE TABLE tenant_3.two (other integer)");
  const std::vector<std::string> migrate = {"migrate", "--each-schema", "tenant_*", "--json"};
  const Ran stopped = project.drydock(migrate);
  INFO(stopped.out, stopped.err);
  CHECK(stopped.code == 3);  // the rehearsal finds it out: there are rows
  const auto document = nlohmann::json::parse(stopped.out);
  CHECK(results_of(document) == "applied applied refused not-started not-started");
  CHECK(document.at("databases").at(2).at("schema_name") == "tenant_3");
  CHECK(document.at("databases").at(2).at("message").get<std::string>().find("0002_two.sql") != std::string::npos);
  CHECK(project.value("SELECT count(*) FROM tenant_1.one") == "1");
  CHECK(project.value("SELECT to_regclass('public.one')::text") == "NULL");
  CHECK(project.value("SELECT to_regclass('tenant_3.one')::text") == "NULL");
  CHECK(project.value("SELECT to_regclass('drydock.history')::text") == "NULL");
  CHECK(project.value("SELECT count(*) FROM drydock.history_tenant_1") == "2");

  project.sql("DROP TABLE tenant_3.two");
  const Ran rest = project.drydock(migrate);
  INFO(rest.out, rest.err);
  CHECK(rest.code == 0);
  CHECK(results_of(nlohmann::json::parse(rest.out)) == "nothing-pending nothing-pending applied applied applied");
  CHECK(project.value("SELECT count(*) FROM \"tenant_o'n \"\"e\".one") == "1");
  CHECK(project.value("SELECT to_regclass('other.one')::text") == "NULL");
  CHECK(project.drydock({"status", "--each-schema", "tenant_%", "--check"}).code == 0);
  CHECK(project.drydock({"migrate", "--each-schema", "nobody*"}).code == 2);
}

TEST_CASE("a loss in one tenant is judged by its rows, and consented to for all") {
  const Project project(Project::Kind::postgres);
  with_tenants(project);
  REQUIRE(project.drydock({"migrate", "--each-schema", "tenant_[12]", "--no-rehearsal"}).code == 2);
  REQUIRE(project.drydock({"migrate", "--each-schema", "tenant_?", "--no-rehearsal"}).code == 0);
  project.write("migrations/0003_drop.sql", "DROP TABLE one;\n");
  const Ran refused = project.drydock({"migrate", "--schema", "tenant_2"});
  CHECK(refused.code == 3);
  CHECK(refused.says("tenant_2.one"));
  const Ran guarded = project.drydock({"migrate", "--schema", "tenant_2", "--no-rehearsal"});
  CHECK(guarded.code == 3);
  CHECK(guarded.says("tenant_2.one"));
  CHECK(project.value("SELECT count(*) FROM tenant_2.one") == "1");
  const std::string consent = "-- drydock:consent table-dropped current_schema.one rows<=1 reason=\"unused\"\n";
  project.write("migrations/0003_drop.sql", consent + "DROP TABLE one;\n");
  CHECK(project.drydock({"migrate", "--schema", "tenant_1"}).code == 0);
  CHECK(project.drydock({"migrate", "--schema", "tenant_2", "--no-rehearsal"}).code == 0);
  // It is consent for the schema that is migrated, and for no other.
  project.write("migrations/0004_drop.sql", consent + "DROP TABLE tenant_4.one;\n");
  CHECK(project.drydock({"migrate", "--schema", "tenant_1"}).code == 3);
}

TEST_CASE("one schema can be looked at and repaired, and is no other's") {
  const Project project(Project::Kind::postgres);
  with_tenants(project);
  REQUIRE(project.drydock({"migrate", "--schema", "tenant_1", "--to", "1"}).code == 0);
  CHECK(project.drydock({"status", "--schema", "tenant_1", "--check"}).says("1 pending"));
  CHECK(project.drydock({"status", "--schema", "tenant_2", "--check"}).says("2 pending"));
  CHECK(project.drydock({"repair", "2", "--mark-applied", "--schema", "tenant_1"}).code == 0);
  CHECK(project.drydock({"status", "--check"}, {{"DRYDOCK_SCHEMA", "tenant_1"}}).code == 0);
  CHECK(project.drydock({"status", "--schema", "nowhere"}).says("there is no such schema"));
  CHECK(project.drydock({"status", "--schema", "nowhere"}).code == 2);
}

TEST_CASE("a schema that was dropped and made again is not taken for migrated") {
  const Project project(Project::Kind::postgres);
  with_tenants(project);
  REQUIRE(project.drydock({"migrate", "--schema", "tenant_1"}).code == 0);
  project.sql("DROP SCHEMA tenant_1 CASCADE; CREATE SCHEMA tenant_1");
  const Ran ran = project.drydock({"migrate", "--schema", "tenant_1"});
  CHECK(ran.code == 4);
  CHECK(ran.says("DROP TABLE drydock.\"history_tenant_1\""));
  project.sql("DROP TABLE drydock.history_tenant_1");
  CHECK(project.drydock({"migrate", "--schema", "tenant_1"}).code == 0);
  CHECK(project.value("SELECT count(*) FROM tenant_1.one") == "1");
}

TEST_CASE("names too long for a table do not share a record") {
  const Project project(Project::Kind::postgres);
  const std::string first = std::string(62, 't') + "1", second = std::string(62, 't') + "2";
  project.sql("CREATE SCHEMA " + first + "; CREATE SCHEMA " + second);
  project.write("migrations/0001_one.sql", "CREATE TABLE one (id integer PRIMARY KEY);\n");
  CHECK(project.drydock({"migrate", "--each-schema", "ttt*"}).code == 0);
  for (const std::string& schema : {first, second})
    CHECK(project.value("SELECT to_regclass('" + schema + ".one') IS NOT NULL") == "t");
}

}  // namespace
}  // namespace drydock
