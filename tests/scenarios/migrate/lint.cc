// `drydock lint`, and what its rules say in a rehearsal.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

const char* const users = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n";
const char* const index_on_users = "-- people are looked up by it\nCREATE INDEX users_email ON users (email);\n";
const char* const required_name = "ALTER TABLE users ADD COLUMN name text NOT NULL;\n";

Ran lint(const Project& project, std::vector<std::string> words = {}) {
  words.insert(words.begin(), "lint");
  if (std::ranges::find(words, "--dialect") == words.end()) words.insert(words.end(), {"--dialect", "postgresql"});
  return project.without_database(words);
}

std::string rules_of(const Ran& ran) {
  INFO(ran.out, ran.err);
  std::string rules;
  const nlohmann::json json = nlohmann::json::parse(ran.out);
  CHECK(json.at("schema") == "drydock.lint/1");
  for (const auto& finding : json.at("findings"))
    rules += (rules.empty() ? "" : ", ") + finding.at("file").get<std::string>() + ":" +
             std::to_string(finding.at("line").get<int>()) + " " + finding.at("rule").get<std::string>();
  return rules;
}

TEST_CASE("lint names file, line and rule, says what to do, and counts at the end") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("migrations/0002_index.sql", index_on_users);
  const Ran ran = lint(project);
  CHECK(ran.code == 0);
  CHECK(ran.out.starts_with("migrations/0002_index.sql:2: warning index-not-concurrent: CREATE INDEX locks users "));
  CHECK(ran.says("\n    fix: Write CREATE INDEX CONCURRENTLY"));
  CHECK(ran.out.ends_with("\n1 warning in 2 files\n"));
  CHECK_FALSE(std::filesystem::exists(project.folder() / "app.db"));
}

TEST_CASE("lint finds nothing in migrations that hurt nobody") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("migrations/0002_index.sql", "CREATE INDEX CONCURRENTLY users_email ON users (email);\n");
  const Ran ran = lint(project);
  CHECK(ran.code == 0);
  CHECK(ran.out == "no findings in 2 files\n");
}

TEST_CASE("lint ends with 3 where a finding is an error, and with 0 for warnings and notes") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("migrations/0002_drop.sql", "ALTER TABLE users DROP COLUMN email;\n");
  CHECK(lint(project).code == 0);
  project.write("migrations/0003_name.sql", required_name);
  const Ran ran = lint(project);
  CHECK(ran.code == 3);
  CHECK(ran.out.ends_with("\n1 error, 1 note in 3 files\n"));
}

TEST_CASE("lint --json is one document with every finding") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("migrations/0002_index.sql", index_on_users);
  project.write("migrations/0003_name.sql", required_name);
  const Ran ran = lint(project, {"--json"});
  CHECK(ran.code == 3);
  CHECK(rules_of(ran) == "0002_index.sql:2 index-not-concurrent, 0003_name.sql:1 required-column-without-default");
  const nlohmann::json json = nlohmann::json::parse(ran.out);
  CHECK(json.at("files") == 3);
  const auto& finding = json.at("findings").at(0);
  CHECK(finding.at("path") == "migrations/0002_index.sql");
  CHECK(finding.at("level") == "warning");
  CHECK(finding.at("object") == "users");
  CHECK_FALSE(finding.at("message").get<std::string>().empty());
  CHECK_FALSE(finding.at("fix").get<std::string>().empty());
}

TEST_CASE("files that are named are linted alone, and together are one deployment") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("migrations/0002_index.sql", index_on_users);
  project.write("elsewhere.sql", required_name);
  CHECK(rules_of(lint(project, {"--json", "migrations/0002_index.sql"})) == "0002_index.sql:2 index-not-concurrent");
  CHECK(rules_of(lint(project, {"--json", "migrations/0001_users.sql", "migrations/0002_index.sql"})).empty());
  CHECK(rules_of(lint(project, {"--json", "elsewhere.sql"})) == "elsewhere.sql:1 required-column-without-default");
}

TEST_CASE("lint reads the folder of another tool as plan does, and its lines are those of the file") {
  const Project project;
  project.write("db/migrations/20240101000000_users.sql",
                "-- migrate:up\n" + std::string(users) + "\n-- migrate:down\nDROP TABLE users;\n");
  project.write(
      "db/migrations/20240102000000_index.sql",
      "-- migrate:up\nCREATE INDEX users_email ON users (email);\n\n-- migrate:down\nDROP INDEX users_email;\n");
  const std::string expected = "20240102000000_index.sql:2 index-not-concurrent";
  CHECK(rules_of(lint(project, {"--json", "--migrations", "db/migrations"})) == expected);
  CHECK(rules_of(lint(project, {"--json", "--migrations", "db/migrations",
                                "db/migrations/20240102000000_index.sql"})) == expected);
}

TEST_CASE("the dialect is that of an address, which is not connected to, and is asked for where none tells") {
  const Project project;
  project.write("migrations/0001_index.sql", index_on_users);
  const Ran unknown = project.without_database({"lint"});
  CHECK(unknown.code == 2);
  CHECK(unknown.says("--dialect"));
  const auto finds = [&](const std::vector<std::string>& words, const Variables& variables = {}) {
    const Ran ran = project.without_database(words, variables);
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    return ran.says("index-not-concurrent");
  };
  CHECK(finds({"lint", "--database", "postgresql://nobody@nowhere.invalid/db"}));
  CHECK_FALSE(finds({"lint", "--database", "sqlite:none.db"}));
  CHECK(finds({"lint"}, {{"DATABASE_URL", "postgres://nowhere.invalid/db"}}));
  CHECK_FALSE(finds({"lint", "--dialect", "sqlite"}, {{"DATABASE_URL", "postgres://nowhere.invalid/db"}}));
  project.write("drydock.toml",
                "[environments.production]\ndatabase = \"postgresql://app:${SECRET}@nowhere.invalid/db\"\n");
  CHECK(finds({"lint"}));
  CHECK(finds({"lint", "--environment", "production"}));
}

TEST_CASE("lint ends with 2 for what cannot be read as a migration, with its line") {
  const Project project;
  project.write("migrations/0001_users.sql", "SELECT 1;\nROLLBACK;\n");
  const Ran ran = lint(project);
  CHECK(ran.code == 2);
  CHECK(ran.says("0001_users.sql:2"));
  const Ran missing = lint(project, {"none.sql"});
  CHECK(missing.code == 2);
  CHECK(missing.says("none.sql"));
  CHECK(lint(project, {"--migrations", "nowhere"}).code == 2);
}

TEST_CASE("[lint] ignore switches rules off, and names only rules there are") {
  const Project project;
  project.write("migrations/0001_index.sql", index_on_users);
  project.write("drydock.toml", "[lint]\nignore = [\"index-not-concurrent\"]\n");
  CHECK(lint(project).out == "no findings in 1 file\n");
  project.write("drydock.toml", "[lint]\nignore = [\n  \"index-not-concurent\",\n]\n");
  const Ran ran = lint(project);
  CHECK(ran.code == 2);
  CHECK(ran.says("drydock.toml:3: lint.ignore: there is no rule 'index-not-concurent'"));
  CHECK(ran.says("index-not-concurrent,"));
  project.write("drydock.toml", "[lint]\nignore = \"index-not-concurrent\"\n");
  CHECK(lint(project).code == 2);
}

nlohmann::json rehearsed(const Project& project, int code) {
  const Ran ran = project.drydock({"rehearse", "--json"});
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == code);
  return nlohmann::json::parse(ran.out);
}

TEST_CASE("a rehearsal on PostgreSQL lists the findings of each migration with what it measured") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_users.sql", users);
  REQUIRE(project.drydock({"migrate"}).code == 0);
  project.sql("INSERT INTO users SELECT i, 'somebody' || i FROM generate_series(1, 1234) AS i");
  project.write("migrations/0002_index.sql", index_on_users);
  project.write("migrations/0003_notes.sql", "CREATE TABLE notes (id int);\nCREATE INDEX ON notes (id);\n");
  project.write(
      "migrations/0004_type.sql",
      "ALTER TABLE users ALTER COLUMN email TYPE varchar(500);\nALTER TABLE users ALTER COLUMN email TYPE text;\n");
  const nlohmann::json json = rehearsed(project, 0);
  CHECK(json.at("verdict") == "safe");
  const auto& migrations = json.at("migrations");
  REQUIRE(migrations.size() == 3);
  const auto& findings = migrations[0].at("findings");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].at("rule") == "index-not-concurrent");
  CHECK(findings[0].at("line") == 2);
  CHECK(findings[0].at("object") == "public.users");
  const std::string message = findings[0].at("message");
  CHECK(message.find("In the rehearsal public.users (1,234 rows) was locked (ShareLock) for ") != std::string::npos);
  CHECK(message.find("somebody") == std::string::npos);
  CHECK(migrations[1].at("findings").empty());
  // text to varchar(500) writes every row, varchar to text none: the rehearsal saw it.
  REQUIRE(migrations[2].at("findings").size() == 1);
  CHECK(migrations[2].at("findings")[0].at("line") == 1);
  CHECK(migrations[2].at("findings")[0].at("object") == "public.users.email");
}

TEST_CASE("findings change no verdict, and an ignored rule has none in a rehearsal either") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("migrations/0003_upper.sql", "UPDATE legacy SET note = upper(note);\n");
    const nlohmann::json json = rehearsed(project, 0);
    CHECK(json.at("verdict") == "safe");
    CHECK(json.at("migrations")[0].at("findings").empty());
    REQUIRE(json.at("migrations")[1].at("findings").size() == 1);
    CHECK(json.at("migrations")[1].at("findings")[0].at("rule") == "update-without-where");
    project.write("drydock.toml", "[lint]\nignore = [\"update-without-where\"]\n");
    CHECK(rehearsed(project, 0).at("migrations")[1].at("findings").empty());
  }
}

TEST_CASE("the report of a rehearsal shows a finding with its place and its fix") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  project.write("migrations/0003_index.sql", "CREATE INDEX ON legacy (note);\n");
  const Ran ran = project.drydock({"rehearse"});
  CHECK(ran.code == 0);
  CHECK(ran.says("warning index-not-concurrent at 0003_index.sql:1"));
  CHECK(ran.says("Write CREATE INDEX CONCURRENTLY"));
}

TEST_CASE("a migration that fails has the finding that tells why") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    project.write("migrations/0002_drop_legacy.sql", "ALTER TABLE legacy ADD COLUMN name text NOT NULL;\n");
    const nlohmann::json json = rehearsed(project, 3);
    CHECK(json.at("verdict") == "failed");
    const auto& findings = json.at("migrations")[0].at("findings");
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].at("rule") == "required-column-without-default");
    CHECK(findings[0].at("level") == "error");
  }
}

}  // namespace
}  // namespace drydock
