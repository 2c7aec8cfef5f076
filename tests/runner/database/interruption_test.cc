// A signal or --timeout ends whatever waits, within a moment, and what has to be done after it still can be.
#include "runner/database/interruption.h"

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>
#include <thread>

#include "fixtures/test_database.h"

using namespace drydock;
using fixtures::each_dialect;
using fixtures::TestDatabase;
using std::chrono::milliseconds;

namespace {

struct Deadline {
  explicit Deadline(milliseconds from_now) { set_deadline(from_now); }
  ~Deadline() { set_deadline(std::nullopt); }
};

std::vector<Statement> endless(Dialect dialect) {
  Statement statement;
  statement.text = dialect == Dialect::postgres
                       ? "SELECT pg_sleep(60)"
                       : "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n";
  return {statement};
}

// Signals are noted for the rest of a process's life: each in a process of its own. Returns what it exits with.
int in_another_process(const std::function<int()>& body) {
  pid_t child = fork();
  if (child == 0) {
    int status = 99;
    try {
      status = body();
    } catch (...) {
    }
    _exit(status);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("--timeout ends a running statement, and the session can roll back and go on") {
  each_dialect([](TestDatabase& test) {
    auto database = test.open();
    test.execute("CREATE TABLE t (a int)");
    database->reset_session({});
    database->begin();
    database->execute("INSERT INTO t VALUES (1)");
    auto start = std::chrono::steady_clock::now();
    {
      Deadline deadline(milliseconds(200));
      CHECK_THROWS_AS(database->run(endless(test.dialect()), Database::Sending::one_by_one), Interrupted);
      CHECK_THROWS_AS(database->query("SELECT 1"), Interrupted);
      database->rollback();
    }
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(3));
    CHECK_FALSE(database->in_transaction());
    CHECK(database->query("SELECT count(*) FROM t").text(0, 0) == "0");
  });
}

TEST_CASE("--timeout ends a wait for somebody else's lock") {
  each_dialect([](TestDatabase& test) {
    test.execute("CREATE TABLE t (a int)");
    auto other = test.open();
    other->begin();
    other->execute(test.dialect() == Dialect::postgres ? "LOCK TABLE t" : "INSERT INTO t VALUES (1)");
    auto database = test.open();
    Deadline deadline(milliseconds(200));
    CHECK_THROWS_AS(database->execute("DROP TABLE t"), Interrupted);
  });
}

TEST_CASE("--timeout ends a COPY while the server does not read it") {
  TestDatabase test(Dialect::postgres);
  test.execute(
      "CREATE TABLE t (a text); CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN PERFORM "
      "pg_sleep(60); "
      "RETURN NEW; END$$; CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()");
  Statement copy;
  copy.text = "COPY t FROM stdin";
  copy.copy_data = std::string();
  for (int i = 0; i < 100000; ++i) *copy.copy_data += std::string(100, 'x') + "\n";
  auto database = test.open();
  database->begin();
  {
    Deadline deadline(milliseconds(200));
    CHECK_THROWS_AS(database->run({&copy, 1}, Database::Sending::together), Interrupted);
    database->rollback();
  }
  CHECK(database->query("SELECT count(*) FROM t").text(0, 0) == "0");
}

TEST_CASE("a shelter keeps the deadline away, a clean-up shelter everything") {
  Deadline deadline(milliseconds(0));
  CHECK(interruption_pending());
  {
    DeadlineShelter shelter;
    CHECK_FALSE(interruption_pending());
  }
  {
    CleanUpShelter shelter;
    CHECK_FALSE(interruption_pending());
    CHECK_NOTHROW(check_interruption());
  }
  CHECK_THROWS_WITH_AS(check_interruption(), "--timeout ran out", Interrupted);
}

TEST_CASE("a signal is noted, also under a deadline's shelter") {
  for (int number : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(number);
    int exit = in_another_process([&] {
      watch_for_signals();
      DeadlineShelter shelter;
      if (interruption_pending()) return 1;
      raise(number);
      if (!interruption_pending()) return 2;
      try {
        pause_for(std::chrono::hours(1));
      } catch (const Interrupted& interrupted) {
        return interrupted.signal == number ? 0 : 3;
      }
      return 4;
    });
    CHECK(exit == 0);
  }
}

TEST_CASE("a signal ends a running statement") {
  each_dialect([](TestDatabase& test) {
    int exit = in_another_process([&] {
      watch_for_signals();
      auto database = test.open();
      pid_t self = getpid();
      std::thread sender([self] {
        std::this_thread::sleep_for(milliseconds(200));
        kill(self, SIGTERM);
      });
      int result = 1;
      try {
        database->run(endless(test.dialect()), Database::Sending::one_by_one);
      } catch (const Interrupted& interrupted) {
        result = interrupted.signal == SIGTERM ? 0 : 2;
      }
      sender.join();
      return result;
    });
    CHECK(exit == 0);
  });
}
