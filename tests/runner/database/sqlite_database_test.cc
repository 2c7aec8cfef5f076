// What only SQLite's session has to do.
#include "runner/database/sqlite_database.h"

#include <doctest/doctest.h>

#include <filesystem>

#include "fixtures/test_database.h"

using namespace drydock;
using fixtures::TestDatabase;

namespace {

std::vector<Statement> statements(std::initializer_list<const char*> texts) {
  std::vector<Statement> result;
  for (const char* text : texts) result.emplace_back().text = text;
  return result;
}

std::vector<std::int64_t> rows_of(const Database::RunResult& result) {
  std::vector<std::int64_t> rows;
  for (const StatementRun& run : result.runs) rows.push_back(run.rows);
  return rows;
}

DatabaseError::Details error_of(Database& database, const std::vector<Statement>& work) {
  try {
    database.run(work, Database::Sending::one_by_one);
  } catch (const StatementError& error) {
    return error.details();
  }
  FAIL("no error");
  return {};
}

}  // namespace

TEST_CASE("a statement that changes no row counts none, whatever stood before it") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  auto work = statements({"CREATE TABLE t (a INTEGER PRIMARY KEY, b)", "INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)",
                          "CREATE TABLE u AS SELECT * FROM t", "ALTER TABLE u RENAME TO v", "SELECT * FROM t",
                          "UPDATE t SET b = 0 WHERE a > 5", "CREATE INDEX i ON t (b)", "ALTER TABLE t ADD COLUMN c",
                          "DELETE FROM v", "DROP TABLE v", "INSERT INTO t (a) VALUES (9) RETURNING a",
                          "PRAGMA user_version = 3"});
  database->begin();
  auto result = database->run(work, Database::Sending::one_by_one);
  CHECK(rows_of(result) == std::vector<std::int64_t>{0, 3, 0, 0, 0, 0, 0, 0, 3, 0, 1, 0});
  database->commit();
}

TEST_CASE("BEGIN takes the write lock at once unless the file says otherwise") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  auto other = test.open({.busy_timeout = std::chrono::milliseconds(0)});
  database->begin();
  CHECK_THROWS_AS(other->begin(), DatabaseError);
  database->rollback();
  database->begin("DEFERRED");
  CHECK_NOTHROW(other->begin("EXCLUSIVE"));
}

TEST_CASE("an error has SQLite's name for it, and no text of a RAISE") {
  struct Case {
    const char* sql;
    const char* sqlstate;
    const char* message;
  };
  const Case cases[] = {
      {"INSERT INTO users VALUES (1, 'bob@example.org')", "SQLITE_CONSTRAINT_UNIQUE",
       "ERROR SQLITE_CONSTRAINT_UNIQUE: UNIQUE constraint failed: users.email"},
      {"INSERT INTO users VALUES (2, 'bob')", "SQLITE_CONSTRAINT_TRIGGER",
       "ERROR SQLITE_CONSTRAINT_TRIGGER: raised by the migration's own code (message withheld: it may hold values)"},
      {"INSERT INTO numbers VALUES ('bob')", "SQLITE_CONSTRAINT_DATATYPE",
       "ERROR SQLITE_CONSTRAINT_DATATYPE: cannot store TEXT value in INTEGER column numbers.a"},
      {"SELEC 'bob'", "SQLITE_ERROR", "ERROR SQLITE_ERROR: near '…': syntax error"},
      {"SELECT 'bob", "SQLITE_ERROR", "ERROR SQLITE_ERROR: unrecognized token: '…'"},
      {"COMMIT", "SQLITE_ERROR", "ERROR SQLITE_ERROR: cannot commit - no transaction is active"},
  };
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  database->execute(
      "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE);"
      "INSERT INTO users VALUES (7, 'bob@example.org');"
      "CREATE TRIGGER no_bob BEFORE INSERT ON users WHEN NEW.email = 'bob' BEGIN SELECT RAISE(ABORT, 'bob is banned'); "
      "END;"
      "CREATE TABLE numbers (a INTEGER) STRICT");
  for (const Case& c : cases) {
    CAPTURE(std::string(c.sql));
    DatabaseError::Details details = error_of(*database, statements({c.sql}));
    CHECK(details.sqlstate == c.sqlstate);
    CHECK(std::string(DatabaseError(details).what()) == c.message);
  }
}

TEST_CASE("a text of two statements, a NUL and COPY data are errors, and nothing of them is left out in silence") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  CHECK(error_of(*database, statements({"CREATE TABLE t (a); CREATE TABLE u (a)"})).message ==
        "the text holds more than one statement");
  auto with_nul = statements({"x"});
  with_nul[0].text = std::string("SELECT 1\0; SELECT 2", 19);
  CHECK(error_of(*database, with_nul).message == "the statement holds a NUL byte");
  auto copy = statements({"COPY t FROM stdin"});
  copy[0].copy_data = "1\n";
  CHECK(error_of(*database, copy).message == "SQLite has no COPY");
}

TEST_CASE("a migration can write neither the schema's text nor raw pages, and load no library") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  database->execute("CREATE TABLE t (a)");
  database->run(statements({"PRAGMA writable_schema = ON"}), Database::Sending::one_by_one);
  for (const char* sql : {"UPDATE sqlite_schema SET sql = ''", "SELECT load_extension('x')"}) {
    CAPTURE(std::string(sql));
    CHECK(error_of(*database, statements({sql})).sqlstate == "SQLITE_ERROR");
  }
}

TEST_CASE("a reset takes back the pragmas of the connection, keeps those of the file, and detaches what was attached") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open({.busy_timeout = std::chrono::milliseconds(200)});
  sqlite3* handle = dynamic_cast<SqliteDatabase&>(*database).handle();
  database->run(
      statements({"pragma synchronous = OFF", "PRAGMA query_only = ON", "PRAGMA case_sensitive_like = ON",
                  "PRAGMA cache_size = 7", "PRAGMA legacy_alter_table = ON", "PRAGMA busy_timeout = 0",
                  "PRAGMA locking_mode = EXCLUSIVE", "ATTACH ':memory:' AS \"side one\"", "ATTACH ':memory:' AS b"}),
      Database::Sending::one_by_one);
  database->reset_session({});
  database->run(statements({"PRAGMA user_version = 5"}), Database::Sending::one_by_one);
  database->reset_session({});

  CHECK(dynamic_cast<SqliteDatabase&>(*database).handle() == handle);
  CHECK(database->query("PRAGMA synchronous").text(0, 0) == "2");
  CHECK(database->query("PRAGMA query_only").text(0, 0) == "0");
  CHECK(database->query("PRAGMA cache_size").text(0, 0) == "-2000");
  CHECK(database->query("PRAGMA legacy_alter_table").text(0, 0) == "0");
  CHECK(database->query("PRAGMA locking_mode").text(0, 0) == "normal");
  CHECK(database->query("SELECT 'A' LIKE 'a'").text(0, 0) == "1");
  CHECK(database->query("SELECT count(*) FROM pragma_database_list WHERE name NOT IN ('main', 'temp')").text(0, 0) ==
        "0");
  CHECK(database->query("PRAGMA user_version").text(0, 0) == "5");

  // The busy handler is back: a locked file is waited for.
  auto other = test.open();
  other->begin();
  auto start = std::chrono::steady_clock::now();
  CHECK_THROWS_AS(database->begin(), DatabaseError);
  CHECK(std::chrono::steady_clock::now() - start >= std::chrono::milliseconds(150));
}

TEST_CASE("one journal serves all transactions of a session, goes with it, and is none where the file is in WAL mode") {
  const TestDatabase test(Dialect::sqlite);
  const std::filesystem::path journal = test.url().database() + "-journal";
  const auto write_once = [](Database& database) {
    database.begin();
    database.run(statements({"CREATE TABLE IF NOT EXISTS t (a)", "INSERT INTO t VALUES (1)"}),
                 Database::Sending::one_by_one);
    database.commit();
  };
  auto database = test.open();
  database->reset_session({});
  write_once(*database);
  CHECK(std::filesystem::file_size(journal) == 0);
  // What would leave a broken file after a crash is no other migration's mode.
  database->run(statements({"PRAGMA journal_mode = MEMORY"}), Database::Sending::one_by_one);
  database->reset_session({});
  CHECK(database->query("PRAGMA journal_mode").text(0, 0) == "truncate");
  database.reset();
  CHECK_FALSE(std::filesystem::exists(journal));

  database = test.open();
  database->reset_session({});
  database->run(statements({"PRAGMA journal_mode = WAL"}), Database::Sending::one_by_one);
  database->reset_session({});
  write_once(*database);
  database.reset();
  CHECK(test.ask("PRAGMA journal_mode") == "wal");
  CHECK(test.ask("SELECT count(*) FROM t") == "2");
}

TEST_CASE("foreign keys are as the settings say while a migration runs") {
  TestDatabase test(Dialect::sqlite);
  auto database = test.open();
  database->execute(
      "CREATE TABLE p (a INTEGER PRIMARY KEY); CREATE TABLE c (a REFERENCES p ON DELETE CASCADE);"
      "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)");
  database->reset_session({});
  database->begin();
  database->run(statements({"DELETE FROM p"}), Database::Sending::together);
  CHECK(database->query("SELECT count(*) FROM c").text(0, 0) == "1");
  database->rollback();
  SessionSettings enforced;
  enforced.foreign_keys = true;
  database->reset_session(enforced);
  database->begin();
  database->run(statements({"DELETE FROM p"}), Database::Sending::together);
  CHECK(database->query("SELECT count(*) FROM c").text(0, 0) == "0");
}
