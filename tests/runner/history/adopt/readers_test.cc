// Each tool's table, made by hand as the tool makes it: how it is told from the others, and what its rows mean.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "fixtures/test_database.h"
#include "runner/history/adopt/adopt_reader.h"

namespace drydock {
namespace {

using fixtures::TestDatabase;

constexpr Dialect postgres = Dialect::postgres, sqlite = Dialect::sqlite;

// "1 2(dirty) 3(up to)": the rows of the one history that is found.
std::string rows_of(const std::string& tool, Database& database) {
  for (const FoundHistory& found : find_foreign_histories(database)) {
    if (found.reader->name() != tool) continue;
    std::string text;
    for (const ForeignRow& row : found.reader->read(database, found.table).rows) {
      constexpr std::array<std::string_view, 4> states{"", "(dirty)", "(failed)", "(rolled back)"};
      text += (text.empty() ? "" : " ") + row.label + std::string(states.at(static_cast<std::size_t>(row.state))) +
              (row.up_to ? "(up to)" : "");
    }
    return text;
  }
  return "not found";
}

std::string tools_in(Database& database) {
  std::string text;
  for (const FoundHistory& found : find_foreign_histories(database))
    text += (text.empty() ? "" : " ") + std::string(found.reader->name()) + (found.says_anything ? "" : "(empty)");
  return text;
}

struct Case {
  std::string tool;
  std::vector<Dialect> dialects;
  std::string tables, rows;
  std::string expected;
};

const std::string flyway =
    "CREATE TABLE flyway_schema_history (installed_rank integer PRIMARY KEY, version varchar(50), description "
    "varchar(200), type varchar(20), script varchar(1000), checksum integer, installed_by varchar(100), installed_on "
    "timestamp DEFAULT CURRENT_TIMESTAMP, execution_time integer, success boolean)";
const std::string prisma =
    "CREATE TABLE _prisma_migrations (id varchar(36) PRIMARY KEY, checksum varchar(64), finished_at timestamp, "
    "migration_name varchar(255), logs text, rolled_back_at timestamp, started_at timestamp, applied_steps_count "
    "integer)";
const std::string atlas =
    "CREATE TABLE atlas_schema_revisions (version varchar PRIMARY KEY, description varchar, type bigint, applied "
    "bigint, total bigint, executed_at timestamp, execution_time bigint, error text, error_stmt text, hash varchar, "
    "partial_hashes text, operator_version varchar)";
const std::string liquibase =
    "CREATE TABLE DATABASECHANGELOG (ID varchar(255), AUTHOR varchar(255), FILENAME varchar(255), DATEEXECUTED "
    "timestamp, ORDEREXECUTED integer, EXECTYPE varchar(10), MD5SUM varchar(35), DESCRIPTION varchar(255))";

const std::vector<Case> cases{
    {"dbmate",
     {postgres, sqlite},
     "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY)",
     "INSERT INTO schema_migrations VALUES ('20200101000000'), ('20200102000000')",
     "20200101000000 20200102000000"},
    {"rails",
     {postgres, sqlite},
     "CREATE TABLE schema_migrations (version varchar PRIMARY KEY); CREATE TABLE ar_internal_metadata (key varchar, "
     "value varchar)",
     "INSERT INTO schema_migrations VALUES ('20200101000000')",
     "20200101000000"},
    {"golang-migrate",
     {postgres, sqlite},
     "CREATE TABLE schema_migrations (version bigint PRIMARY KEY, dirty boolean)",
     "INSERT INTO schema_migrations VALUES (3, true)",
     "3(dirty)(up to)"},
    {"tern",
     {postgres},
     "CREATE TABLE schema_version (version int4)",
     "INSERT INTO schema_version VALUES (4)",
     "4(up to)"},
    {"goose",
     {postgres, sqlite},
     "CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint, is_applied boolean, tstamp timestamp)",
     "INSERT INTO goose_db_version VALUES (1, 0, true, NULL), (2, 1, true, NULL), (3, 2, true, NULL), (4, 2, false, "
     "NULL), (5, 3, true, NULL)",
     "1 3"},
    {"flyway",
     {postgres, sqlite},
     flyway,
     "INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, success) VALUES "
     "(0, NULL, '<< Flyway Schema Creation >>', 'SCHEMA', 's', true), (1, '1', 'b', 'BASELINE', 'b', true), "
     "(2, '2', 'b', 'SQL', 'V2__b.sql', true), (3, '3', 'c', 'SQL', 'V3__c.sql', true), (4, '3', 'c', 'UNDO_SQL', "
     "'U3__c.sql', true), (5, '4', 'd', 'SQL', 'V4__d.sql', true), (6, '4', 'd', 'DELETE', 'V4__d.sql', true), (7, "
     "NULL, 'views', 'SQL', 'R__views.sql', true), (8, NULL, 'views', 'SQL', 'R__views.sql', true), (9, '5', 'e', "
     "'SQL', 'V5__e.sql', false)",
     "1(up to) 2 views 5(failed)"},
    {"sqlx",
     {postgres},
     "CREATE TABLE _sqlx_migrations (version bigint PRIMARY KEY, description text, installed_on timestamptz DEFAULT "
     "now(), success boolean, checksum bytea, execution_time bigint)",
     "INSERT INTO _sqlx_migrations VALUES (1, 'a', now(), true, '\\x00', -1), (2, 'b', now(), false, '\\x00', -1)",
     "1 2(failed)"},
    {"prisma",
     {postgres, sqlite},
     prisma,
     "INSERT INTO _prisma_migrations (id, migration_name, checksum, finished_at, rolled_back_at, started_at) VALUES "
     "('1', '1_a', '', '2020-01-01', NULL, '2020-01-01'), ('2', '2_b', '', NULL, '2020-01-02', '2020-01-01'), ('3', "
     "'2_b', '', '2020-01-03', NULL, '2020-01-03'), ('4', '3_c', '', NULL, '2020-01-02', '2020-01-01'), ('5', '4_d', "
     "'', NULL, NULL, '2020-01-01')",
     "1_a 2_b 3_c(rolled back) 4_d(failed)"},
    {"diesel",
     {postgres, sqlite},
     "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY, run_on timestamp)",
     "INSERT INTO __diesel_schema_migrations VALUES ('20151219180527', CURRENT_TIMESTAMP)",
     "20151219180527"},
    {"liquibase",
     {postgres, sqlite},
     liquibase,
     "INSERT INTO databasechangelog (id, author, filename, orderexecuted, exectype) VALUES ('1', 'ann', 'c.sql', 1, "
     "'EXECUTED'), ('2', 'ann', 'c.sql', 2, 'SKIPPED'), ('3', 'ann', 'c.sql', 3, 'FAILED')",
     "c.sql::1::ann c.sql::3::ann(failed)"},
    {"sqitch",
     {postgres},
     "CREATE SCHEMA sqitch; CREATE TABLE sqitch.changes (change_id text, script_hash text, change text, project text, "
     "committed_at timestamptz, planner_name text)",
     "INSERT INTO sqitch.changes VALUES ('i1', 'h', 'users', 'p', '2020-01-01', 'n'), ('i2', 'h', 'flips', 'p', "
     "'2020-01-02', 'n'), ('i3', 'h', 'users', 'p', '2020-01-03', 'n')",
     "users flips users"},
    {"node-pg-migrate",
     {postgres},
     "CREATE TABLE pgmigrations (id serial PRIMARY KEY, name varchar(255), run_on timestamp)",
     "INSERT INTO pgmigrations (name, run_on) VALUES ('1700000000000_first', now())",
     "1700000000000_first"},
    {"graphile-migrate",
     {postgres},
     "CREATE SCHEMA graphile_migrate; CREATE TABLE graphile_migrate.migrations (hash text PRIMARY KEY, previous_hash "
     "text, filename text, date timestamptz DEFAULT now())",
     "INSERT INTO graphile_migrate.migrations VALUES ('sha1:1', NULL, '000001.sql')",
     "000001.sql"},
    {"atlas",
     {postgres, sqlite},
     atlas,
     "INSERT INTO atlas_schema_revisions (version, type, applied, total, hash) VALUES ('.atlas_cloud_identifier', 2, "
     "0, "
     "0, ''), ('1', 1, 0, 0, ''), ('2', 2, 3, 3, ''), ('3', 2, 1, 2, '')",
     "1(up to) 2 3(failed)"},
    {"refinery",
     {postgres, sqlite},
     "CREATE TABLE refinery_schema_history (version integer PRIMARY KEY, name varchar(255), applied_on varchar(255), "
     "checksum varchar(255))",
     "INSERT INTO refinery_schema_history VALUES (1, 'initial', '2020-01-01T00:00:00Z', '1')",
     "1"},
    {"sql-migrate",
     {postgres, sqlite},
     "CREATE TABLE gorp_migrations (id text PRIMARY KEY, applied_at timestamp)",
     "INSERT INTO gorp_migrations VALUES ('1-init.sql', CURRENT_TIMESTAMP)",
     "1-init.sql"},
    {"django",
     {postgres, sqlite},
     "CREATE TABLE django_migrations (id integer PRIMARY KEY, app varchar(255), name varchar(255), applied timestamp)",
     "INSERT INTO django_migrations VALUES (1, 'shop', '0001_initial', CURRENT_TIMESTAMP)",
     "0001_initial"},
    {"alembic",
     {postgres, sqlite},
     "CREATE TABLE alembic_version (version_num varchar(32))",
     "INSERT INTO alembic_version VALUES ('ae1027a6acf')",
     "ae1027a6acf"},
};

TEST_CASE("each tool's table is told from the others' by name and columns, and its rows mean what the tool means") {
  for (const Case& each : cases)
    for (const Dialect dialect : each.dialects) {
      INFO(each.tool, " on ", std::string(to_string(dialect)));
      const TestDatabase database(dialect);
      const std::unique_ptr<Database> session = database.open();
      session->execute(each.tables);
      CHECK(tools_in(*session) == each.tool + "(empty)");
      session->execute(each.rows);
      CHECK(tools_in(*session) == each.tool);
      CHECK(rows_of(each.tool, *session) == each.expected);
    }
}

TEST_CASE("every tool of the table has a case here") {
  for (const auto& reader : all_adopt_readers())
    CHECK_MESSAGE(std::ranges::find(cases, reader->name(), &Case::tool) != cases.end(), std::string(reader->name()));
}

TEST_CASE("a table that only has the name is nobody's history") {
  fixtures::each_dialect([](TestDatabase& database) {
    const std::unique_ptr<Database> session = database.open();
    session->execute("CREATE TABLE schema_migrations (version varchar(10), inserted_at timestamp)");
    session->execute("CREATE TABLE changes (id integer); CREATE TABLE migrations (id integer, name varchar(10))");
    session->execute("INSERT INTO changes VALUES (1)");
    CHECK(tools_in(*session).empty());
  });
}

TEST_CASE("goose's row of version 0 says of nothing that it is applied") {
  fixtures::each_dialect([](TestDatabase& database) {
    const std::unique_ptr<Database> session = database.open();
    session->execute("CREATE TABLE goose_db_version (id integer PRIMARY KEY, version_id bigint, is_applied boolean)");
    session->execute("INSERT INTO goose_db_version VALUES (1, 0, true)");
    CHECK(tools_in(*session) == "goose(empty)");
  });
}

TEST_CASE("the lock ids are those that the tools take") {
  const TestDatabase database(postgres);
  const std::unique_ptr<Database> session = database.open();
  const ForeignTable table{.schema = "public", .name = "flyway_schema_history", .columns = {}};
  CHECK(find_adopt_reader("flyway")->lock_id(*session, table) == 77433833903597);
  CHECK(find_adopt_reader("prisma")->lock_id(*session, table) == 72707369);
  CHECK(find_adopt_reader("golang-migrate")->lock_id(*session, table).value() <= 0xFFFFFFFF);
}

}  // namespace
}  // namespace drydock
