// What the loss watcher for SQLite says beside the losses: lines, refusals, what was touched; and its course through
// parts that are given up.
#include <doctest/doctest.h>

#include <algorithm>

#include "fixtures/temporary_directory.h"
#include "rehearsal/observe/sqlite_case.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

SqliteCase case_of(const std::string& schema, const std::string& data, const std::string& change) {
  SqliteCase one;
  one.schema = schema;
  one.data = data;
  one.changes = {change};
  return one;
}

const char* const users = "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, bio TEXT);";
const char* const two_users = "INSERT INTO users VALUES (1,'a','x'),(2,'b','y');";

// A database with two users, and a watcher that is driven by hand.
struct Watched {
  explicit Watched(LossWatcher::Options options = {}) {
    OpenOptions open;
    open.create = true;
    database = std::make_unique<SqliteDatabase>(DatabaseUrl::parse("sqlite:" + (directory / "case.db").string()), open);
    database->execute(users);
    database->execute(two_users);
    database->execute("CREATE TABLE drydock_history (id TEXT, text TEXT)");
    watcher = watch_sqlite_losses(*database, std::move(options));
    step.migration.source.file = "0002_change.sql";
    part.last = true;
  }
  void begin() {
    database->begin();
    watcher->part_begins(*database, step, part);
  }
  void run(const std::string& text) {
    for (const Statement& statement : split_statements(text, Dialect::sqlite)) {
      watcher->before(*database, statement);
      watcher->after(*database, database->run({&statement, 1}, Database::Sending::one_by_one).runs.front());
    }
  }
  std::vector<Loss> commit() {
    watcher->before_commit(*database, step, part, {});
    database->commit();
    watcher->part_done(*database, step, part);
    return watcher->observed().back().losses;
  }
  void abandon() {
    database->rollback();
    watcher->part_abandoned(*database, step, part);
  }

  fixtures::TemporaryDirectory directory;
  std::unique_ptr<SqliteDatabase> database;
  std::unique_ptr<LossWatcher> watcher;
  Step step;
  Part part;
};

bool allows(const std::string& change, std::string& why) {
  const SqliteOutcome outcome = run_sqlite_case(case_of(users, two_users, change), RunAs::target);
  why = outcome.error;
  return outcome.verdict != "failed";
}

}  // namespace

TEST_CASE("a loss is put down to the line that did it first") {
  struct Attribution {
    const char* change;
    int line;
  };
  for (const Attribution& each : {
           Attribution{"SELECT 1;\nDELETE FROM users WHERE id = 1;\nDELETE FROM users;", 2},
           Attribution{"\n\nUPDATE users\nSET bio = NULL;\nUPDATE users SET bio = NULL;", 3},
           Attribution{"INSERT INTO users VALUES (3,'c','z');\nALTER TABLE users DROP COLUMN bio;\nSELECT 1;", 2},
           Attribution{
               "CREATE TABLE n (id INTEGER PRIMARY KEY, name TEXT, bio TEXT);\nDROP TABLE users;\nALTER TABLE n "
               "RENAME TO users;",
               2},
           Attribution{"SELECT 1;\nDROP TABLE users;", 2},
       }) {
    CAPTURE(std::string(each.change));
    const SqliteOutcome outcome = run_sqlite_case(case_of(users, two_users, each.change), RunAs::shadow);
    REQUIRE(outcome.measured.size() == 1);
    CHECK(outcome.measured.front().line == each.line);
  }
}

TEST_CASE("what could not be observed is refused, and the message says why") {
  struct Refusal {
    const char* change;
    const char* says;
  };
  for (const Refusal& each : {
           Refusal{"ATTACH ':memory:' AS other;", "another database file"},
           Refusal{"PRAGMA writable_schema = ON;", "writable_schema"},
           Refusal{"PRAGMA schema_version = 7;", "schema_version"},
           Refusal{"DELETE FROM drydock_history;", "drydock's own table"},
           Refusal{"UPDATE \"DRYDOCK_history\" SET id = 1;", "drydock's own table"},
           Refusal{"DROP TABLE drydock_history;", "drydock's own table"},
           Refusal{"ALTER TABLE drydock_history ADD COLUMN x;", "drydock's own table"},
           Refusal{"INSERT INTO drydock_history VALUES (1);", "drydock's own table"},
           Refusal{"CREATE TABLE drydock_mine (x);", "names that begin with drydock_"},
           Refusal{"ALTER TABLE users RENAME TO drydock_users;", "names that begin with drydock_"},
           Refusal{"CREATE TRIGGER x AFTER INSERT ON drydock_history BEGIN DELETE FROM users; END;", "trigger"},
       }) {
    SqliteCase one = case_of(std::string(users) + "CREATE TABLE drydock_history (id);", two_users, each.change);
    for (const char* data : {two_users, "SELECT 1;"}) {
      one.data = data;
      CAPTURE(std::string(each.change));
      CAPTURE(std::string(data));
      const SqliteOutcome outcome = run_sqlite_case(one, RunAs::target);
      CHECK(outcome.verdict == "failed");
      if (std::string(data) == two_users) {
        CHECK(outcome.error.find("0002_change.sql:1: ") == 0);
        CHECK(outcome.error.find(each.says) != std::string::npos);
      }
    }
  }
}

TEST_CASE("pragmas and vacuum that hide nothing are let through") {
  for (const char* change : {"PRAGMA recursive_triggers = ON;", "PRAGMA user_version = 3;", "VACUUM;", "ANALYZE;",
                             "PRAGMA journal_mode = WAL;", "PRAGMA writable_schema;"}) {
    CAPTURE(std::string(change));
    std::string why;
    CHECK(allows(change, why));
    CAPTURE(why);
  }
}

TEST_CASE("drydock's own record is no statement of the migration") {
  Watched watched;
  watched.begin();
  watched.run("UPDATE users SET name = 'z'");
  watched.database->execute("INSERT INTO drydock_history VALUES ('0002', 'text')");
  CHECK(watched.commit().empty());
}

TEST_CASE("a write that no statement of the migration made leaves the loss undetermined") {
  Watched watched;
  watched.begin();
  watched.run("INSERT INTO users VALUES (3,'c','z')");
  watched.database->execute("DELETE FROM users WHERE id = 1");
  const std::vector<Loss> losses = watched.commit();
  REQUIRE(losses.size() == 3);  // and the values of each column that is no key
  CHECK(losses.front().kind == LossKind::rows_deleted);
  CHECK(losses.back().kind == LossKind::values_erased);
  for (const Loss& loss : losses) CHECK_FALSE(loss.undetermined.empty());
}

TEST_CASE("a part that was given up leaves no trace when it runs again") {
  for (const bool on_shadow : {false, true}) {
    CAPTURE(on_shadow);
    LossWatcher::Options options;
    options.on_shadow = on_shadow;
    Watched watched(options);
    watched.begin();
    watched.run("DELETE FROM users; INSERT INTO users VALUES (1,'a','x'); DROP TABLE users");
    watched.abandon();
    CHECK(watched.watcher->observed().back().losses.empty());
    CHECK(watched.watcher->observed().back().statements.empty());
    watched.begin();
    watched.run("UPDATE users SET id = id + 10; DELETE FROM users WHERE id = 11");
    const std::vector<Loss> losses = watched.commit();
    REQUIRE(losses.size() == 1);
    CHECK(losses.front().rows == 1);
  }
}

TEST_CASE("the judge is asked before the commit, and may refuse") {
  LossWatcher::Options options;
  std::size_t heard = 0;
  options.judge = [&](const Step&, const Part&, const std::vector<Loss>& losses) {
    heard = losses.size();
    throw Refused("no");
  };
  Watched watched(options);
  watched.begin();
  watched.run("DELETE FROM users WHERE id = 1; UPDATE users SET bio = NULL");
  CHECK_THROWS_AS(watched.commit(), Refused);
  CHECK(heard == 2);
  watched.abandon();
  CHECK(watched.database->query("SELECT count(*) FROM users").integer(0, 0) == 2);
}

TEST_CASE("a table that takes longer to keep than the guard's time-out is refused unless it was announced") {
  for (const bool announced : {false, true}) {
    CAPTURE(announced);
    LossWatcher::Options options;
    options.keep_timeout = std::chrono::milliseconds(1);
    if (announced) {
      TouchedTable touched;
      touched.table = "many";
      options.announced.push_back(touched);
    }
    Watched watched(options);
    watched.database->execute(
        "CREATE TABLE many AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50000) SELECT i "
        "FROM n");
    watched.begin();
    if (announced) {
      CHECK_NOTHROW(watched.run("DELETE FROM many"));
      CHECK(watched.commit().front().rows == 50000);
    } else {
      CHECK_THROWS_WITH_AS(watched.run("DELETE FROM many"),
                           doctest::Contains("could not be kept, and so not be judged, within guard_timeout"), Refused);
      watched.abandon();
    }
  }
}

TEST_CASE("the tables that had to be kept are told to the guard, and statements are listed on a shadow") {
  LossWatcher::Options options;
  options.on_shadow = true;
  Watched watched(options);
  watched.begin();
  watched.run("CREATE TABLE other (x);\nINSERT INTO other VALUES (1);\nUPDATE users SET bio = 'z';");
  watched.commit();
  REQUIRE(watched.watcher->touched().size() == 1);
  CHECK(watched.watcher->touched().front().table == "users");
  const std::vector<ObservedStatement>& statements = watched.watcher->observed().back().statements;
  REQUIRE(statements.size() == 3);
  CHECK(statements[2].line == 3);
  CHECK(statements[2].rows == 2);
}

TEST_CASE("on a target what the run itself put in does not count, and what others put in between two parts does") {
  for (const bool others_write : {false, true}) {
    CAPTURE(others_write);
    Watched watched;
    watched.begin();
    watched.run("CREATE TABLE made AS SELECT 1 AS x");
    watched.commit();
    if (others_write) open_database(watched.database->url())->execute("INSERT INTO made VALUES (2)");
    watched.begin();
    watched.run("DROP TABLE made");
    CHECK(watched.commit().size() == (others_write ? 1 : 0));
  }
}

}  // namespace drydock
