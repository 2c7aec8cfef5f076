// What `adopt` refuses: each refusal with its exit code, its message and a database that is as it was.
#include <doctest/doctest.h>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

std::unique_ptr<Database> session_on(const Project& project) {
  return open_database(DatabaseUrl::parse(
      project.kind() == Kind::sqlite ? "sqlite:" + (project.folder() / "app.db").string() : project.url()));
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

void check_refused(const Project& project, const std::vector<std::string>& words, int code, const std::string& says) {
  const std::string before = project.state();
  const Ran ran = project.drydock(words);
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
  CHECK_MESSAGE(ran.says(says), says);
  CHECK(ran.says("othing was changed"));
  CHECK(project.state() == before);
}

const std::string diesel =
    "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp);"
    "INSERT INTO __diesel_schema_migrations VALUES ";
const std::string golang =
    "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean);"
    "INSERT INTO schema_migrations VALUES ";
const std::string goose =
    "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint, is_applied boolean, tstamp timestamp);"
    "INSERT INTO goose_db_version VALUES ";
const std::string flyway =
    "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description "
    "varchar(200), type varchar(20), script varchar(1000), checksum integer, installed_by varchar(100), installed_on "
    "timestamp, execution_time integer, success boolean);INSERT INTO flyway_schema_history (installed_rank, version, "
    "description, type, script, checksum, success) VALUES (1, '1', 'first', 'SQL', '1_first.sql', ";
const std::string prisma =
    "CREATE TABLE _prisma_migrations (id varchar(36), checksum varchar(64), finished_at timestamp, migration_name "
    "varchar(255), rolled_back_at timestamp, started_at timestamp); INSERT INTO _prisma_migrations (migration_name, "
    "started_at, checksum, finished_at, rolled_back_at) VALUES ('1_first', CURRENT_TIMESTAMP, ";
const std::string atlas =
    "CREATE TABLE atlas_schema_revisions (version varchar(255) PRIMARY KEY, description text, type bigint, applied "
    "bigint, total bigint, executed_at timestamp, execution_time bigint, error text, hash text); INSERT INTO "
    "atlas_schema_revisions (version, type, applied, total, error, hash) VALUES ('1', 2, ";
const std::string refinery =
    "CREATE TABLE refinery_schema_history (version integer PRIMARY KEY, name varchar(255), applied_on varchar(255), "
    "checksum varchar(255)); INSERT INTO refinery_schema_history VALUES ";
const std::string liquibase =
    "CREATE TABLE databasechangelog (id varchar(255), author varchar(255), filename varchar(255), dateexecuted "
    "timestamp, orderexecuted integer, exectype varchar(10), md5sum varchar(35), description varchar(255));"
    "INSERT INTO databasechangelog (author, filename, orderexecuted, id, exectype, md5sum) VALUES ('a', 'f', 1, ";
const std::string plain =
    "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations VALUES ";
const std::string gorp =
    "CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamp); INSERT INTO gorp_migrations VALUES ";

TEST_CASE("what cannot be adopted is refused with the reason, and nothing is changed") {
  struct Refusal {
    std::string tables, says;
  };
  const std::vector<Refusal> refusals{
      {diesel + "('9', CURRENT_TIMESTAMP)", "diesel records 9 as applied, and no file in the folder"},
      {golang + "(2, true)", "golang-migrate records 2 as dirty"},
      {golang + "(9, false)", "golang-migrate records 9 as applied, and no file in the folder"},
      {goose + "(1, 9, true, NULL)", "goose records 9 as applied, and no file in the folder"},
      {plain + "('1'), ('9')", "dbmate records 9 as applied, and no file in the folder"},
      {gorp + "('9-gone.sql', NULL)", "sql-migrate records 9-gone.sql as applied, and no file in the folder"},
      {flyway + "NULL, false)", "flyway records 1 as failed"},
      {flyway + "12345, true)", "1_first.sql is not the file that flyway applied as 1: its checksum is another"},
      {prisma + "'', NULL, NULL)", "prisma records 1_first as failed"},
      {prisma + "'', NULL, CURRENT_TIMESTAMP)", "prisma records 1_first as rolled back"},
      {prisma + "'beef', CURRENT_TIMESTAMP, NULL)", "its checksum is another"},
      {atlas + "1, 2, 'broken', '')", "atlas records 1 as failed, or not run to its end"},
      {atlas + "1, 1, '', 'h1:beef')", "its checksum is another"},
      {refinery + "(1, 'first', '', '7')", "its checksum is another"},
      {liquibase + "'1', 'FAILED', NULL)", "liquibase records f::1::a as failed"},
      {liquibase + "'9', 'EXECUTED', NULL)", "liquibase records f::9::a as applied, and no file in the folder"},
      {"CREATE TABLE alembic_version (version_num varchar(32)); INSERT INTO alembic_version VALUES ('abc')",
       "drydock migrate -- alembic upgrade head"},
      {"CREATE TABLE other (id integer)", "drydock adopt --at"},
  };
  for (const Kind kind : both_kinds)
    for (const Refusal& each : refusals) {
      INFO(each.says);
      const Project project(kind);
      with_two_of_three_run(project);
      project.sql(each.tables);
      check_refused(project, {"adopt"}, 4, each.says);
      check_refused(project, {"adopt", "--dry-run"}, 4, each.says);
    }
}

TEST_CASE("a changeset of Liquibase's that was changed since is refused, and one that may run again is not") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    const std::string changesets = "--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n";
    project.write("migrations/f.sql", changesets);
    project.sql(liquibase + "'1', 'EXECUTED', '9:00000000000000000000000000000000')");
    check_refused(project, {"adopt"}, 4, "f.sql is not the file that liquibase applied as f::1::a");
    project.write("migrations/f.sql", "--liquibase formatted sql\n--changeset a:1 runOnChange:true\nSELECT 1;\n");
    const Ran ran = project.drydock({"adopt", "--dry-run"});
    INFO(ran.out, ran.err);
    CHECK(ran.says("it stays pending, and runs again"));
  }
}

TEST_CASE("of several tools' histories one has to be named, and an unknown tool is none") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    project.sql(plain + "('1'), ('2')");
    project.sql(gorp + "('1_first.sql', CURRENT_TIMESTAMP)");
    check_refused(project, {"adopt"}, 2, "sql-migrate: ");
    CHECK(project.drydock({"adopt", "--from", "liquid"}).code == 2);
    check_refused(project, {"adopt", "--from", "tern"}, 4, "no history of tern");
    CHECK(project.drydock({"adopt", "--from", "sql-migrate"}).code == 0);
    CHECK(project.value("SELECT count(*) FROM " +
                        std::string(kind == Kind::sqlite ? "drydock_history" : "drydock.history")) == "1");
  }
}

TEST_CASE("a table that three tools call alike is told apart by its columns, and by the table beside it") {
  for (const Kind kind : both_kinds) {
    const std::pair<std::string, std::string> tables[] = {
        {golang + "(2, false)", "golang-migrate"},
        {plain + "('2')", "dbmate"},
        {plain + "('2'); CREATE TABLE ar_internal_metadata (key varchar(10), value varchar(10))", "rails"}};
    for (const auto& [table, tool] : tables) {
      const Project project(kind);
      with_two_of_three_run(project);
      project.sql(table);
      check_refused(project, {"migrate"}, 4, "was migrated by " + tool + " (table ");
    }
  }
}

// The advisory lock that each tool takes, as its own session would hold it.
TEST_CASE("a tool that is at work is not adopted from: its lock is held") {
  const std::pair<std::string, std::string> tools[] = {
      {"CREATE TABLE schema_version (version int4); INSERT INTO schema_version VALUES (2)", "9628173550095224"},
      {flyway + "NULL, true)", "77433833903597"},
      {prisma + "'', CURRENT_TIMESTAMP, NULL)", "72707369"},
      {goose + "(1, 1, true, NULL)", "4097083626"},
      {"CREATE TABLE pgmigrations (id serial, name text, run_on timestamp); INSERT INTO pgmigrations (name) VALUES "
       "('1_first')",
       "7241865325823964"}};
  for (const auto& [table, lock] : tools) {
    INFO(lock);
    const Project project(Kind::postgres);
    with_two_of_three_run(project);
    project.sql(table);
    const std::unique_ptr<Database> tool = session_on(project);
    tool->execute("SELECT pg_advisory_lock(" + lock + ")");
    check_refused(project, {"adopt", "--lock-wait", "0s"}, 6, "is at work in ");
  }
}

TEST_CASE("Liquibase's lock row and a SQLite file that is being written are locks, too") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    with_two_of_three_run(project);
    project.sql(liquibase +
                "'1', 'EXECUTED', NULL); CREATE TABLE databasechangeloglock (id integer PRIMARY KEY, "
                "locked boolean); INSERT INTO databasechangeloglock VALUES (1, true)");
    check_refused(project, {"adopt", "--lock-wait", "0s"}, 6, "liquibase is at work");
    project.sql("UPDATE databasechangeloglock SET locked = false");
    const std::unique_ptr<Database> other = session_on(project);
    other->begin();
    other->execute("UPDATE databasechangeloglock SET locked = true");
    const Ran ran = project.drydock({"adopt", "--lock-wait", "0s"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 6);
    CHECK(ran.says("liquibase is at work"));
    other->rollback();
    CHECK(project.drydock({"adopt"}).code == 0);
  }
}

}  // namespace
}  // namespace drydock
