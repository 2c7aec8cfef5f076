// What every Database promises (runner/database/database.h). A new one is done when this passes.
#include <doctest/doctest.h>

#include "fixtures/test_database.h"

using namespace drydock;
using fixtures::each_dialect;
using fixtures::TestDatabase;

namespace {

Statement statement(std::string text, int line = 1) {
  Statement result;
  result.text = std::move(text);
  result.line = line;
  return result;
}

std::vector<Statement> statements(std::initializer_list<const char*> texts) {
  std::vector<Statement> result;
  for (const char* text : texts) result.push_back(statement(text));
  return result;
}

std::vector<Statement> endless(Dialect dialect) {
  if (dialect == Dialect::postgres) return statements({"SELECT pg_sleep(60)"});
  return statements({"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"});
}

constexpr Database::Sending both_ways[] = {Database::Sending::one_by_one, Database::Sending::together};

}  // namespace

TEST_CASE("values come back as text, NULL as nothing, and any character as it was") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    Rows rows = database->query("SELECT 1 AS one, NULL AS absent, '' AS empty, 'Zoë ''quoted'' 日本 😀' AS text");
    CHECK(rows.columns == std::vector<std::string>{"one", "absent", "empty", "text"});
    REQUIRE(rows.rows.size() == 1);
    CHECK(rows.rows[0] == std::vector<Value>{"1", std::nullopt, "", "Zoë 'quoted' 日本 😀"});
    CHECK(rows.integer(0, 0) == 1);
  });
}

TEST_CASE("parameters are values, never SQL, and may be NULL") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    bool postgres = test.dialect() == Dialect::postgres;
    const Value parameters[] = {"it's; DROP TABLE x --", std::nullopt};
    Rows rows = database->query(postgres ? "SELECT $1::text, $2::text" : "SELECT ?1, ?2", parameters);
    CHECK(rows.rows[0] == std::vector<Value>{"it's; DROP TABLE x --", std::nullopt});
  });
}

TEST_CASE("several questions get their answers in order, inside a transaction and outside") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    database->execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (2);");
    const std::vector<std::string> questions{"SELECT a FROM t ORDER BY a", "SELECT a FROM t WHERE a > 5",
                                             "SELECT NULL, 'x' FROM t WHERE a = 1"};
    for (const bool inside : {false, true}) {
      CAPTURE(inside);
      if (inside) database->begin();
      const std::vector<Rows> answers = database->query_all(questions);
      REQUIRE(answers.size() == 3);
      CHECK(answers[0].rows == std::vector<std::vector<Value>>{{"1"}, {"2"}});
      CHECK(answers[1].empty());
      CHECK(answers[2].rows == std::vector<std::vector<Value>>{{std::nullopt, "x"}});
    }
    database->rollback();
    CHECK(database->query_all({}).empty());
    CHECK_THROWS_AS(database->query_all(std::vector<std::string>{"SELECT 1", "SELECT a FROM missing"}), DatabaseError);
    CHECK(database->query("SELECT count(*) FROM t").integer(0, 0) == 2);
  });
}

TEST_CASE("a database knows its kind, its address and its server") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    CHECK(database->dialect() == test.dialect());
    CHECK(database->url().display() == test.url().display());
    bool postgres = test.dialect() == Dialect::postgres;
    CHECK(database->server().starts_with(postgres ? "PostgreSQL 1" : "SQLite 3."));
    CHECK(database->server_version() > (postgres ? 100000 : 3000000));
  });
}

TEST_CASE("execute runs any number of statements") {
  each_dialect([](TestDatabase& test) {
    test.open()->execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);");
    CHECK(test.ask("SELECT count(*) FROM t") == "2");
  });
}

TEST_CASE("what is committed stays, what is rolled back does not") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    database->execute("CREATE TABLE t (a int)");
    CHECK_FALSE(database->in_transaction());
    database->begin();
    CHECK(database->in_transaction());
    database->execute("INSERT INTO t VALUES (1)");
    database->commit();
    CHECK_FALSE(database->in_transaction());

    database->begin();
    database->execute("INSERT INTO t VALUES (2)");
    database->rollback();
    CHECK_FALSE(database->in_transaction());
    CHECK(test.ask("SELECT count(*) FROM t") == "1");
  });
}

TEST_CASE("a transaction in which nothing ran can be committed and rolled back") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    database->begin();
    database->commit();
    CHECK_FALSE(database->in_transaction());
    database->begin();
    database->rollback();
    CHECK_FALSE(database->in_transaction());
    CHECK(database->query("SELECT 1").text(0, 0) == "1");
  });
}

TEST_CASE("rollback without a transaction does nothing") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    database->rollback();
    CHECK(database->query("SELECT 1").text(0, 0) == "1");
  });
}

TEST_CASE("statements run in order, with the rows that each changed, and the query behind them answers") {
  for (Database::Sending sending : both_ways) {
    each_dialect([&](TestDatabase& test) {
      auto database = test.open();
      auto work = statements({"CREATE TABLE t (a int)", "INSERT INTO t VALUES (1), (2), (3)",
                              "UPDATE t SET a = a + 1 WHERE a > 1", "SELECT a FROM t", "DELETE FROM t"});
      database->reset_session({});
      database->begin();
      Database::RunResult result = database->run(work, sending, "SELECT 'after', count(*) FROM t");
      database->commit();

      REQUIRE(result.runs.size() == work.size());
      std::vector<std::int64_t> rows;
      for (const StatementRun& run : result.runs) rows.push_back(run.rows);
      CHECK(rows == std::vector<std::int64_t>{0, 3, 2, 0, 3});
      CHECK(result.runs[1].statement == &work[1]);
      CHECK(result.after.rows[0] == std::vector<Value>{"after", "0"});
      CHECK(test.ask("SELECT count(*) FROM t") == "0");
    });
  }
}

TEST_CASE("a statement that fails is named by its index, and what stood before it can be rolled back") {
  struct Case {
    const char* wrong;
    const char* why;
  };
  const Case cases[] = {
      {"INSERT INTO t VALUES (1)", "while it runs"},
      {"SELECT nothing_of_that_name FROM t", "when its names are looked up"},
      {"SELEC 1", "when it is parsed"},
  };
  for (Database::Sending sending : both_ways) {
    for (const Case& c : cases) {
      CAPTURE(std::string(c.why));
      each_dialect([&](TestDatabase& test) {
        auto database = test.open();
        test.execute("CREATE TABLE t (a int PRIMARY KEY)");
        auto work =
            statements({"INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (2) -- 日本", c.wrong, "DELETE FROM t"});
        database->reset_session({});
        database->begin();
        std::size_t index = 99;
        try {
          database->run(work, sending, "SELECT 1");
        } catch (const StatementError& error) {
          index = error.index;
        }
        CHECK(index == 2);
        database->rollback();
        CHECK_FALSE(database->in_transaction());
        CHECK(test.ask("SELECT count(*) FROM t") == "0");
        CHECK(database->query("SELECT count(*) FROM t").text(0, 0) == "0");
      });
    }
  }
}

TEST_CASE("an error tells its position and line within the statement") {
  for (Database::Sending sending : both_ways) {
    each_dialect([&](TestDatabase& test) {
      auto database = test.open();
      database->reset_session({});
      database->begin();
      auto work = statements({"SELECT 'Zoë 日本'", "SELECT 1,\n  'ë' FROMM\n WHERE nowhere"});
      DatabaseError::Details details;
      try {
        database->run(work, sending);
      } catch (const StatementError& error) {
        details = error.details();
      }
      CHECK(details.position == 30);
      CHECK(details.line == 3);
    });
  }
}

TEST_CASE("an error's text has no value, its raw words do") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    bool postgres = test.dialect() == Dialect::postgres;
    std::string message, raw;
    try {
      database->query(postgres ? "SELECT '0171-555'::int" : "SELECT '0171-555");
    } catch (const DatabaseError& error) {
      message = error.what();
      raw = error.raw();
    }
    CHECK(message.find("0171") == std::string::npos);
    CHECK(message.find("'…'") != std::string::npos);
    CHECK(raw.find("0171-555") != std::string::npos);
  });
}

TEST_CASE("a reset session is as new") {
  each_dialect([](TestDatabase& test) {
    bool postgres = test.dialect() == Dialect::postgres;
    auto database = test.open();
    database->reset_session({});
    database->begin();
    if (postgres) {
      database->run(
          statements({"CREATE TEMPORARY TABLE temporary_one (a int)", "SET search_path = pg_catalog",
                      "PREPARE p AS SELECT 1", "SELECT pg_advisory_lock(1)", "SET work_mem = '1MB'",
                      "DECLARE c CURSOR WITH HOLD FOR SELECT 1", "LISTEN somewhere", "SET ROLE pg_read_all_data"}),
          Database::Sending::one_by_one);
    } else {
      database->run(statements({"CREATE TEMPORARY TABLE temporary_one (a int)", "CREATE TABLE t (a int)",
                                "CREATE TEMPORARY TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END",
                                "CREATE TEMPORARY VIEW v AS SELECT * FROM temporary_one",
                                "PRAGMA ignore_check_constraints = ON", "PRAGMA recursive_triggers = ON"}),
                    Database::Sending::one_by_one);
    }
    database->commit();

    database->reset_session({});
    std::string left;
    if (postgres) {
      left = database
                 ->query(
                     "SELECT concat_ws(' ', (SELECT count(*) FROM pg_class WHERE relname = 'temporary_one'), "
                     "(SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors), "
                     "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), "
                     "(SELECT count(*) FROM pg_listening_channels()), current_user, "
                     "(SELECT string_agg(name, ' ') FROM pg_settings WHERE source = 'session' "
                     "AND name <> 'client_encoding'))")
                 .text(0, 0);
      CHECK(left == "0 0 0 0 0 postgres");
    } else {
      CHECK(database->query("SELECT count(*) FROM sqlite_temp_schema").text(0, 0) == "0");
      CHECK(database->query("PRAGMA ignore_check_constraints").text(0, 0) == "0");
      CHECK(database->query("PRAGMA recursive_triggers").text(0, 0) == "0");
      CHECK(database->query("SELECT count(*) FROM sqlite_schema WHERE name = 't'").text(0, 0) == "1");
    }
  });
}

TEST_CASE("a reset applies the settings") {
  each_dialect([](TestDatabase& test) {
    bool postgres = test.dialect() == Dialect::postgres;
    auto database = test.open();
    SessionSettings settings;
    settings.statement_timeout = std::chrono::milliseconds(150);
    settings.foreign_keys = true;
    database->reset_session(settings);
    if (!postgres) CHECK(database->query("PRAGMA foreign_keys").text(0, 0) == "1");
    database->begin();
    CHECK_THROWS_AS(database->run(endless(test.dialect()), Database::Sending::one_by_one), StatementError);
    database->rollback();
    database->reset_session({});
    if (!postgres) CHECK(database->query("PRAGMA foreign_keys").text(0, 0) == "0");
  });
}

TEST_CASE("whoever listens is told about every period how long a statement runs") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    std::vector<double> told;
    database->on_wait(std::chrono::milliseconds(50), [&](double seconds) { told.push_back(seconds); });
    SessionSettings settings;
    settings.statement_timeout = std::chrono::milliseconds(400);
    database->reset_session(settings);
    CHECK_THROWS_AS(database->run(endless(test.dialect()), Database::Sending::one_by_one), StatementError);
    CHECK(told.size() >= 2);
    for (std::size_t i = 1; i < told.size(); ++i) CHECK(told[i] > told[i - 1]);
  });
}

TEST_CASE("what a listener throws ends the statement, and then reaches the caller") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    database->execute("CREATE TABLE t (a int)");
    database->on_wait(std::chrono::milliseconds(20), [](double) { throw std::logic_error("from the listener"); });
    database->begin();
    database->execute("INSERT INTO t VALUES (1)");
    auto start = std::chrono::steady_clock::now();
    CHECK_THROWS_WITH_AS(database->run(endless(test.dialect()), Database::Sending::one_by_one), "from the listener",
                         std::logic_error);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    database->on_wait(std::chrono::milliseconds(0), nullptr);
    database->rollback();
    CHECK(database->query("SELECT count(*) FROM t").text(0, 0) == "0");
  });
}

TEST_CASE("the restore point has the server's time in UTC") {
  each_dialect([](TestDatabase& test) {
    RestorePoint point = test.open()->restore_point();
    CHECK(point.server_time.starts_with("20"));
    CHECK(point.server_time.ends_with("Z"));
    CHECK(point.wal_position.empty() == (test.dialect() == Dialect::sqlite));
  });
}

TEST_CASE("identifiers and literals are quoted") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    std::string name = "a \"b\" 'c' \\";
    Rows rows = database->query("SELECT " + literal(name) + " AS " + drydock::quoted(name));
    CHECK(rows.columns[0] == name);
    CHECK(rows.text(0, 0) == name);
  });
}
