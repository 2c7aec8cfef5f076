// Databases that other tools migrated, or nobody: taken over, refused without a trace, and given back.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"
#include "runner/database/database.h"

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

bool has_drydock(const Project& project) {
  return project.value(project.kind() == Kind::sqlite
                           ? "SELECT count(*) FROM sqlite_schema WHERE name LIKE 'drydock%'"
                           : "SELECT count(*) FROM pg_namespace WHERE nspname = 'drydock'") != "0";
}

// Three files, of which the first two have run without drydock.
void with_two_of_three_run(const Project& project) {
  const std::string first = "CREATE TABLE first (id integer PRIMARY KEY);\n";
  const std::string second = "CREATE TABLE second (id integer PRIMARY KEY, name text);\n";
  project.write("migrations/1_first.sql", first);
  project.write("migrations/2_second.sql", second);
  project.write("migrations/3_third.sql", "CREATE TABLE third (id integer PRIMARY KEY);\n");
  project.sql(first + second + "INSERT INTO first VALUES (1)");
}

void with_dbmate(const Project& project) {
  with_two_of_three_run(project);
  project.sql(
      "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);"
      "INSERT INTO schema_migrations VALUES ('1'), ('2')");
}

// As refused, with nothing changed.
void check_refused(const Project& project, const std::vector<std::string>& words, int code, const std::string& says) {
  const Ran ran = project.drydock(words);
  check_code(ran, code);
  CHECK_MESSAGE(ran.says(says), ran.out, ran.err);
  CHECK_MESSAGE(ran.says("othing was changed"), ran.out, ran.err);
  CHECK_FALSE(has_drydock(project));
}

TEST_CASE("what another tool applied is not run again: migrate refuses, adopt records, migrate goes on") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_dbmate(project);
    for (const char* command : {"migrate", "plan", "rehearse"})
      check_refused(project, {command}, 4, "was migrated by dbmate");
    check_code(project.drydock({"adopt", "--dry-run"}), 0);
    CHECK_FALSE(has_drydock(project));

    const Ran ran = project.drydock({"adopt", "--json"});
    check_code(ran, 0);
    const auto document = nlohmann::json::parse(ran.out);
    CHECK(document.at("schema") == "drydock.adopt/1");
    CHECK(document.at("tool") == "dbmate");
    CHECK(document.at("recorded").size() == 2);
    CHECK(project.value("SELECT count(*) FROM schema_migrations") == "2");
    CHECK(project.value("SELECT rehearsal FROM " + history_of(project) + " WHERE version = '2'") ==
          "adopted from dbmate");
    check_code(project.drydock({"status", "--check"}), 9);
    check_code(project.drydock({"migrate"}), 0);
    CHECK(project.has_table("third"));
    check_code(project.drydock({"verify"}), 0);
    CHECK(project.drydock({"adopt"}).says("Nothing to adopt"));
  }
}

TEST_CASE("an adopted database carries a stamp") {
  const Project project;
  with_dbmate(project);
  check_code(project.drydock({"adopt", "--environment", "staging"}), 0);
  CHECK(project.value("SELECT environment FROM drydock_stamp") == "staging");
  check_code(project.drydock({"migrate", "--environment", "production"}), 5);
}

// Sqitch's registry names both by one name, with these sums of their scripts.
constexpr const char* older_users = "CREATE TABLE users (id integer);\n";
constexpr const char* older_sum = "f9f9d250a734c858539e3814cd69fb4deaf5296a";
constexpr const char* newer_sum = "8997327707907cb849b5e54162d82540c0d6163a";

void with_a_reworked_change(const Project& project, const std::string& registered) {
  const std::string planned = " 2024-01-01T00:00:00Z A <a@example.com> # n\n";
  project.write("migrations/sqitch.conf", "[core]\n\tengine = pg\n");
  project.write("migrations/sqitch.plan", "%syntax-version=1.0.0\n%project=shop\n\nusers" + planned + "@v1" + planned +
                                              "users [users@v1]" + planned);
  project.write("migrations/deploy/users@v1.sql", older_users);
  project.write("migrations/deploy/users.sql", "ALTER TABLE users ADD COLUMN name text;\n");
  project.sql(std::string(older_users) +
              "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text PRIMARY KEY, script_hash text, change "
              "text, project text, note text, committed_at timestamptz, committer_name text, committer_email text, "
              "planned_at timestamptz, planner_name text, planner_email text);"
              "INSERT INTO sqitch.changes (change_id, script_hash, change, project, committed_at) VALUES " +
              registered);
}

TEST_CASE("of a change that was reworked a database may have the older one alone") {
  const Project lags(Kind::postgres), newest(Kind::postgres);
  const std::string older = "('a', '" + std::string(older_sum) + "', 'users', 'shop', '2024-01-02')";
  with_a_reworked_change(lags, older);
  check_code(lags.drydock({"adopt"}), 0);
  check_code(lags.drydock({"migrate"}), 0);
  CHECK(lags.value("SELECT count(name) FROM users") == "0");

  with_a_reworked_change(newest, older + ", ('b', '" + newer_sum + "', 'users', 'shop', '2024-01-03')");
  check_code(newest.drydock({"adopt"}), 0);
  CHECK(newest.drydock({"migrate"}).says("Nothing is pending"));
}

TEST_CASE("a pointer stands for what is below it, which is said to be inferred") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    project.sql(
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);"
        "INSERT INTO schema_migrations VALUES (2, false)");
    const Ran ran = project.drydock({"adopt"});
    check_code(ran, 0);
    CHECK(ran.says("(inferred)"));
    CHECK(project.value("SELECT rehearsal FROM " + history_of(project) + " WHERE version = '1'") ==
          "adopted from golang-migrate, inferred");
    CHECK(project.value("SELECT rehearsal FROM " + history_of(project) + " WHERE version = '2'") ==
          "adopted from golang-migrate");
  }
}

TEST_CASE("drydock.toml adopts at the first migrate, and only there") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_dbmate(project);
    project.write("drydock.toml", "adopt = \"dbmate\"\n");
    const Ran ran = project.drydock({"migrate"});
    check_code(ran, 0);
    CHECK(ran.says("adopted from dbmate"));
    CHECK(project.has_table("third"));
    CHECK(project.value("SELECT count(*) FROM " + history_of(project)) == "3");
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
  }
}

TEST_CASE("unattended, what does not match is refused") {
  const Project project;
  with_dbmate(project);
  project.write("drydock.toml", "adopt = \"dbmate\"\n");
  project.sql("DELETE FROM schema_migrations WHERE version = '1'");
  check_refused(project, {"migrate"}, 4, "left out files");
  project.sql("INSERT INTO schema_migrations VALUES ('9')");
  check_refused(project, {"migrate"}, 4, "no file in the folder");
  project.write("drydock.toml", "adopt = \"dbmait\"\n");
  check_code(project.drydock({"migrate"}), 2);
}

TEST_CASE("a table of another tool's that holds nothing, or is passed over by name, keeps nobody from migrating") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/1_first.sql", "INSERT INTO schema_migrations VALUES ('1');\n");
    project.sql("CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)");
    check_code(project.drydock({"migrate"}), 0);

    const Project other(kind);
    with_dbmate(other);
    other.sql("DROP TABLE first; DROP TABLE second");
    other.write("drydock.toml", "adopt = \"none\"\n");
    check_code(other.drydock({"migrate"}), 0);
    CHECK(other.has_table("third"));
  }
}

TEST_CASE("a database that nobody migrated is adopted where its schema is what the files make, and nowhere else") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    for (const char* version : {"1", "3"})
      check_refused(project, {"adopt", "--at", version}, 4, "is not what the files");
    check_code(project.drydock({"adopt", "--at", "9"}), 2);
    check_code(project.drydock({"adopt", "--at", "2"}), 0);
    CHECK(project.value("SELECT count(*) FROM " + history_of(project)) == "2");
    check_code(project.drydock({"migrate"}), 0);
    CHECK(project.has_table("third"));
  }
}

TEST_CASE("the tables of a tool whose files are gone do not count as a difference") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    project.sql(
        "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);"
        "INSERT INTO alembic_version VALUES ('abc')");
    check_code(project.drydock({"adopt", "--at", "2"}), 0);
    check_code(project.drydock({"migrate"}), 0);
  }
}

TEST_CASE("a baseline is adopted with what it replaces") {
  const Project project;
  with_two_of_three_run(project);
  check_code(project.drydock({"squash", "--through", "2"}), 0);
  check_code(project.drydock({"migrate"}), 4);
  check_code(project.drydock({"adopt", "--at", "2"}), 0);
  CHECK(project.value("SELECT kind FROM drydock_history") == "baseline");
  CHECK(project.value("SELECT replaces FROM drydock_history").find("first") != std::string::npos);
  check_code(project.drydock({"migrate"}), 0);
  check_code(project.drydock({"status", "--check"}), 0);
}

TEST_CASE("a released database is one that the tool can go on with") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_dbmate(project);
    check_code(project.drydock({"adopt", "--release"}), 4);
    check_code(project.drydock({"adopt"}), 0);
    check_code(project.drydock({"migrate"}), 0);
    check_code(project.drydock({"adopt", "--release", "--dry-run"}), 0);
    CHECK(project.value("SELECT count(*) FROM schema_migrations") == "2");
    check_code(project.drydock({"adopt", "--release"}), 0);
    CHECK(project.value("SELECT max(version) FROM schema_migrations") == "3");
    CHECK(project.drydock({"adopt", "--release"}).says("can take over"));
    CHECK(project.value("SELECT count(*) FROM schema_migrations") == "3");
  }
}

TEST_CASE("a released pointer stands at the last version") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    project.sql(
        "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);"
        "INSERT INTO schema_migrations VALUES (2, false)");
    check_code(project.drydock({"adopt"}), 0);
    check_code(project.drydock({"migrate"}), 0);
    check_code(project.drydock({"adopt", "--release"}), 0);
    CHECK(project.value("SELECT max(version) FROM schema_migrations") == "3");
    CHECK(project.value("SELECT count(*) FROM schema_migrations") == "1");
  }
}

}  // namespace
}  // namespace drydock
