// What only PostgreSQL's session has to do: COPY, what it owes the server, what its server says about errors.
#include "runner/database/postgres_database.h"

#include <doctest/doctest.h>

#include <thread>

#include "fixtures/test_database.h"
#include "runner/database/activity.h"

using namespace drydock;
using fixtures::TestDatabase;

namespace {

Statement statement(std::string text) {
  Statement result;
  result.text = std::move(text);
  return result;
}

Statement copy(std::string text, std::optional<std::string> data) {
  Statement result = statement(std::move(text));
  result.copy_data = std::move(data);
  return result;
}

constexpr auto one_by_one = Database::Sending::one_by_one;
constexpr auto together = Database::Sending::together;

// What run() throws.
DatabaseError::Details error_of(Database& database, const std::vector<Statement>& work, std::size_t* index = nullptr,
                                Database::Sending sending = together) {
  try {
    database.run(work, sending);
  } catch (const StatementError& error) {
    if (index != nullptr) *index = error.index;
    return error.details();
  }
  FAIL("no error");
  return {};
}

std::string message_of(Database& database, const std::string& sql) {
  try {
    database.execute(sql);
  } catch (const DatabaseError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("COPY data reaches the server, between statements that travel together") {
  for (Database::Sending sending : {one_by_one, together}) {
    TestDatabase test(Dialect::postgres);
    auto database = test.open();
    std::vector<Statement> work = {
        statement("CREATE TABLE t (a int, b text)"),    statement("INSERT INTO t VALUES (1, 'one')"),
        copy("COPY t FROM stdin", "2\tzwei\n3\t\\N\n"), copy("COPY t (a) FROM stdin", ""),
        statement("INSERT INTO t VALUES (4, 'four')"),  statement("COPY t TO stdout"),
        statement("DELETE FROM t WHERE a = 1")};
    database->reset_session({});
    database->begin();
    Database::RunResult result = database->run(work, sending, "SELECT count(*), count(b) FROM t");
    database->commit();
    std::vector<std::int64_t> rows;
    for (const StatementRun& run : result.runs) rows.push_back(run.rows);
    CHECK(rows == std::vector<std::int64_t>{0, 1, 2, 0, 1, 4, 1});
    CHECK(result.after.rows[0] == std::vector<Value>{"3", "2"});
  }
}

TEST_CASE("COPY data that the server refuses is an error of its statement, without the data") {
  TestDatabase test(Dialect::postgres);
  test.execute("CREATE TABLE t (a int)");
  auto database = test.open();
  database->begin();
  std::size_t index = 0;
  auto details = error_of(
      *database, {statement("SELECT 1"), copy("COPY t FROM stdin", "1\nsecret\n"), statement("SELECT 2")}, &index);
  CHECK(index == 1);
  CHECK(details.sqlstate == "22P02");
  CHECK(std::string(DatabaseError(details).what()) == "ERROR 22P02: invalid input syntax for type integer: '…'");
  database->rollback();

  database->begin();
  details = error_of(*database, {statement("COPY t FROM stdin")}, &index);
  CHECK(index == 0);
  CHECK(details.sqlstate == "57014");
  database->rollback();
  CHECK(test.ask("SELECT count(*) FROM t") == "0");
}

TEST_CASE("statements that a rule makes more of are counted as one") {
  TestDatabase test(Dialect::postgres);
  test.execute(
      "CREATE TABLE t (a int); CREATE TABLE log (a int); CREATE TABLE u (a int);"
      "CREATE RULE also AS ON INSERT TO t DO ALSO SELECT 'a rule''s row';"
      "CREATE RULE more AS ON DELETE TO t DO ALSO INSERT INTO log VALUES (1);"
      "CREATE RULE instead AS ON INSERT TO u DO INSTEAD NOTHING");
  auto database = test.open();
  database->reset_session({});
  database->begin();
  std::size_t index = 0;
  error_of(*database,
           {statement("INSERT INTO t VALUES (1)"), statement("DELETE FROM t"), statement("INSERT INTO u VALUES (1)"),
            statement("SELECT 1 / 0"), statement("SELECT 1")},
           &index);
  CHECK(index == 3);
  database->rollback();
}

TEST_CASE("the reset, BEGIN with its options and the first statements are one message, in which a reset stays") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  database->reset_session({.lock_timeout = std::chrono::milliseconds(1234), .statement_timeout = std::nullopt});
  database->begin("ISOLATION LEVEL SERIALIZABLE");
  std::vector<Statement> work = {statement("SELECT 1")};
  Rows after = database
                   ->run(work, together,
                         "SELECT current_setting('transaction_isolation'), current_setting('lock_timeout'), "
                         "count(*) FROM pg_locks WHERE locktype = 'relation' AND mode = 'AccessExclusiveLock'")
                   .after;
  CHECK(after.rows[0] == std::vector<Value>{"serializable", "1234ms", "0"});
  database->rollback();
  CHECK(database->query("SHOW lock_timeout").text(0, 0) == "1234ms");
}

TEST_CASE("a message with a syntax error runs nothing, and what was owed is still owed") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  database->execute("SET work_mem = '1MB'");
  database->reset_session({});
  database->begin();
  error_of(*database, {statement("CREATE TABLE t (a int)"), statement("SELEC")});
  CHECK(database->in_transaction());
  database->rollback();
  CHECK_FALSE(database->in_transaction());
  CHECK(database->query("SHOW work_mem").text(0, 0) == "4MB");
}

TEST_CASE("a statement that is not UTF-8, or holds a NUL, is named") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  database->begin();
  std::size_t index = 0;
  auto details = error_of(*database, {statement("SELECT 'Zoë'"), statement("SELECT '\xC3\x28'")}, &index);
  CHECK(index == 1);
  CHECK(details.sqlstate == "22021");
  database->rollback();
  database->begin();
  details = error_of(*database, {statement("SELECT 1"), statement(std::string("SELECT 1\0; DROP", 15))}, &index);
  CHECK(index == 1);
  CHECK(details.message == "the statement holds a NUL byte");
}

TEST_CASE("a statement outside a transaction travels alone, after a reset too") {
  TestDatabase test(Dialect::postgres);
  test.execute("CREATE TABLE t (a int)");
  auto database = test.open();
  database->reset_session({});
  std::vector<Statement> work = {statement("CREATE INDEX CONCURRENTLY i ON t (a)"), statement("VACUUM t")};
  CHECK(database->run(work, together).runs.size() == 2);
  CHECK_FALSE(database->in_transaction());
  database->reset_session({});
  database->execute("VACUUM t");
}

TEST_CASE("a session's own SQL holds after every reset") {
  TestDatabase test(Dialect::postgres);
  OpenOptions options;
  options.session_sql = "SET SESSION AUTHORIZATION pg_monitor";
  auto database = test.open(options);
  CHECK(database->query("SELECT session_user").text(0, 0) == "pg_monitor");
  database->execute("RESET SESSION AUTHORIZATION");
  database->reset_session({});
  CHECK(database->query("SELECT session_user").text(0, 0) == "pg_monitor");
}

TEST_CASE("COMMIT of a failed transaction is an error, not a silent ROLLBACK") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  database->begin();
  CHECK_THROWS_AS(database->execute("SELECT 1 / 0"), DatabaseError);
  CHECK_THROWS_AS(database->commit(), DatabaseError);
  CHECK_FALSE(database->in_transaction());
}

TEST_CASE("no message holds what code raised, printed or made names of") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  const char* cases[] = {
      "DO $$BEGIN RAISE EXCEPTION 'bob@example.org'; END$$",
      "DO $$BEGIN RAISE EXCEPTION 'bob at example' USING ERRCODE = 'unique_violation'; END$$",
      "DO $$BEGIN RAISE EXCEPTION 'x' USING DETAIL = 'bob', HINT = 'bob', TABLE = 'bob'; END$$",
      "DO $$BEGIN ASSERT false, 'bob is wrong'; END$$",
      "DO $$BEGIN RAISE NOTICE 'bob'; PERFORM 1/0; END$$",
      "CREATE TABLE \"bob\" (a int); DO $$BEGIN EXECUTE format('CREATE TABLE %I ()', 'bob'); END$$",
      "SELECT 'bob'::int",
      "SELECT ('{\"bob\":').val",
      "SELECT '{\"bob\":'::json",
      "CREATE TABLE b (a text UNIQUE); INSERT INTO b VALUES ('bob'), ('bob')",
      "DO $$BEGIN EXECUTE 'selec bob'; END$$",
  };
  for (std::string sql : cases) {
    CAPTURE(sql);
    std::string message = message_of(*database, sql);
    CAPTURE(message);
    CHECK(message.starts_with("ERROR "));
    CHECK(message.find("bob") == std::string::npos);
  }
}

TEST_CASE("a constraint's error carries schema, table and constraint as fields") {
  TestDatabase test(Dialect::postgres);
  test.execute("CREATE TABLE t (a int CONSTRAINT positive CHECK (a > 0))");
  auto database = test.open();
  database->begin();
  auto details = error_of(*database, {statement("INSERT INTO t VALUES (-1)")});
  CHECK(details.sqlstate == "23514");
  CHECK(details.schema == "public");
  CHECK(details.table == "t");
  CHECK(details.constraint == "positive");
}

TEST_CASE("a session whose server process ends says that its connection is lost") {
  TestDatabase test(Dialect::postgres);
  auto database = test.open();
  database->begin();
  int pid = std::stoi(database->query("SELECT pg_backend_pid()").text(0, 0));
  CHECK(dynamic_cast<PostgresDatabase&>(*database).backend_pid() == pid);
  std::thread killer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    test.execute("SELECT pg_terminate_backend(" + std::to_string(pid) + ")");
  });
  DatabaseError::Details details = error_of(*database, {statement("SELECT pg_sleep(20)")});
  killer.join();
  CHECK(details.connection_lost);
  database->rollback();
  CHECK_FALSE(database->in_transaction());
  CHECK_THROWS_AS(database->execute("SELECT 1"), DatabaseError);
}

TEST_CASE("where the position in the WAL may not be asked for, the point to restore to is its time alone") {
  TestDatabase test(Dialect::postgres);
  test.execute(
      "DROP ROLE IF EXISTS modest; CREATE ROLE modest LOGIN; "
      "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_current_wal_lsn() FROM PUBLIC");
  const auto database = open_database(fixtures::PostgresServer::instance().url(test.url().database(), "modest"));
  const RestorePoint point = database->restore_point();
  CHECK(point.server_time.starts_with("20"));
  CHECK(point.wal_position.empty());
  CHECK_FALSE(database->in_transaction());
}

TEST_CASE("who blocks a session can be asked, without the text of a query") {
  TestDatabase test(Dialect::postgres);
  test.execute("CREATE TABLE t (a int)");
  auto etl = test.open({.application = "etl"});
  etl->begin();
  etl->execute("INSERT INTO t VALUES (4711)");
  auto database = test.open();
  database->reset_session({.lock_timeout = std::chrono::seconds(3), .statement_timeout = std::nullopt});
  auto& postgres = dynamic_cast<PostgresDatabase&>(*database);
  std::string blockers, wait;
  database->on_wait(std::chrono::milliseconds(100), [&](double) {
    if (!blockers.empty()) return;
    blockers = describe_blockers(test.url(), postgres.backend_pid());
    wait = activity_of(test.url(), postgres.backend_pid()).text;
    etl->rollback();
  });
  database->execute("DROP TABLE t");
  CHECK(blockers.find("application etl") != std::string::npos);
  CHECK(blockers.find("idle in transaction since") != std::string::npos);
  CHECK(blockers.find("4711") == std::string::npos);
  CHECK(wait == "waits for " + blockers);
  CHECK(activity_of(test.url(), postgres.backend_pid()).text.empty());
}
