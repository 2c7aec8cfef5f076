// What every MigrationLock promises (runner/database/lock.h).
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <thread>

#include "fixtures/test_database.h"
#include "runner/database/interruption.h"
#include "runner/database/lock.h"

using namespace drydock;
using fixtures::each_dialect;
using fixtures::TestDatabase;
using std::chrono::milliseconds;

namespace {

LockRequest waiting(milliseconds wait) {
  LockRequest request;
  request.wait = wait;
  return request;
}

std::string timeout_message(const DatabaseUrl& url, const LockRequest& request) {
  try {
    acquire_lock(url, request);
  } catch (const LockTimeout& timeout) {
    return timeout.what();
  }
  return "it was locked";
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// Another process that holds the lock until it is killed.
class OtherRunner {
 public:
  explicit OtherRunner(const DatabaseUrl& url) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    process_ = fork();
    if (process_ == 0) {
      auto lock = acquire_lock(url, {});
      bool told = write(ends[1], "x", 1) == 1;
      while (told) pause();
      _exit(0);
    }
    close(ends[1]);
    char byte = 0;
    bool locked = read(ends[0], &byte, 1) == 1;
    close(ends[0]);
    REQUIRE(locked);
  }
  ~OtherRunner() { kill_it(); }

  pid_t process() const { return process_; }
  void kill_it() {
    if (process_ < 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
  }

 private:
  pid_t process_ = -1;
};

}  // namespace

TEST_CASE("one runner at a time holds the lock, and the next gets it when that one ends") {
  each_dialect([](TestDatabase& test) {
    auto first = acquire_lock(test.url(), {});
    CHECK(first->held());
    CHECK_THROWS_AS(acquire_lock(test.url(), waiting(milliseconds(0))), LockTimeout);
    first.reset();
    auto second = acquire_lock(test.url(), waiting(milliseconds(0)));
    CHECK(second->held());
  });
}

TEST_CASE("the locks for migrating and for rehearsing do not keep each other out") {
  each_dialect([](TestDatabase& test) {
    auto migrate = acquire_lock(test.url(), {});
    LockRequest request = waiting(milliseconds(0));
    request.purpose = LockPurpose::rehearse;
    auto rehearse = acquire_lock(test.url(), request);
    CHECK(rehearse->held());
    CHECK(holds(timeout_message(test.url(), request), "another runner rehearses"));
  });
}

TEST_CASE("the locks of two databases do not keep each other out") {
  each_dialect([](TestDatabase& one) {
    TestDatabase other(one.dialect());
    auto first = acquire_lock(one.url(), {});
    CHECK(acquire_lock(other.url(), waiting(milliseconds(0)))->held());
  });
}

TEST_CASE("another process that holds the lock is named, and its death frees the lock") {
  each_dialect([](TestDatabase& test) {
    OtherRunner other(test.url());
    std::string told;
    LockRequest request = waiting(milliseconds(150));
    request.on_wait = [&](const std::string& holder) { told += "<" + holder + ">"; };
    std::string message = timeout_message(test.url(), request);
    CAPTURE(message);
    CAPTURE(told);
    CHECK(holds(message, "another runner migrates " + test.url().display()));
    CHECK(holds(message, "no progress for 0.15 s"));
    CHECK(holds(message, "--lock-wait"));
    CHECK(holds(message, "since 20"));
    CHECK(holds(message, test.dialect() == Dialect::postgres ? "application drydock"
                                                             : "pid " + std::to_string(other.process())));
    CHECK(told.starts_with("<pid "));
    CHECK(told.find('<') == told.rfind('<'));

    other.kill_it();
    CHECK(acquire_lock(test.url(), waiting(milliseconds(5000)))->held());
  });
}

TEST_CASE("a holder that makes progress is waited for longer") {
  each_dialect([](TestDatabase& test) {
    auto first = acquire_lock(test.url(), {});
    std::int64_t rows = 0;
    LockRequest request = waiting(milliseconds(100));
    request.progress = [&] { return rows < 3 ? ++rows : rows; };
    auto start = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(acquire_lock(test.url(), request), LockTimeout);
    CHECK(rows == 3);
    CHECK(std::chrono::steady_clock::now() - start >= milliseconds(300));
  });
}

TEST_CASE("--timeout ends the wait for a lock") {
  each_dialect([](TestDatabase& test) {
    auto first = acquire_lock(test.url(), {});
    set_deadline(milliseconds(100));
    CHECK_THROWS_AS(acquire_lock(test.url(), {}), Interrupted);
    set_deadline(std::nullopt);
  });
}

TEST_CASE("many runners that come at once get the lock one after the other") {
  each_dialect([](TestDatabase& test) {
    std::atomic<int> inside = 0, most = 0, done = 0;
    auto runner = [&] {
      auto lock = acquire_lock(test.url(), {});
      most = std::max<int>(most, ++inside);
      std::this_thread::sleep_for(milliseconds(10));
      --inside;
      ++done;
    };
    std::vector<std::thread> runners;
    for (int i = 0; i < 6; ++i) runners.emplace_back(runner);
    for (std::thread& thread : runners) thread.join();
    CHECK(most == 1);
    CHECK(done == 6);
  });
}

TEST_CASE("a lock that was lost says so") {
  SUBCASE("PostgreSQL: its connection was ended") {
    TestDatabase test(Dialect::postgres);
    auto lock = acquire_lock(test.url(), {});
    test.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'drydock lock' "
        "AND datname = current_database()");
    CHECK_FALSE(lock->held());
  }
  SUBCASE("SQLite: its file was removed") {
    TestDatabase test(Dialect::sqlite);
    auto lock = acquire_lock(test.url(), {});
    std::filesystem::remove(test.url().database() + ".drydock-lock");
    CHECK_FALSE(lock->held());
  }
}

TEST_CASE("the PostgreSQL lock hinders no CREATE INDEX CONCURRENTLY") {
  TestDatabase test(Dialect::postgres);
  auto lock = acquire_lock(test.url(), {});
  auto database = test.open();
  database->execute("CREATE TABLE t (a int)");
  database->execute("SET lock_timeout = '2s'");
  database->execute("CREATE INDEX CONCURRENTLY i ON t (a)");
  CHECK(test.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == "t");
}

TEST_CASE("the PostgreSQL lock for migrating waits for sessions that apply, while they are at work") {
  TestDatabase test(Dialect::postgres);
  test.execute("CREATE TABLE t (a int)");
  const std::string name(applying_session);
  // The name holds whatever name a user gave to all sessions.
  auto session = test.open({.application = "other", .session_sql = "SET application_name = " + literal(name)});
  session->begin();
  session->execute("INSERT INTO t VALUES (1)");
  const std::string message = timeout_message(test.url(), waiting(milliseconds(50)));
  CHECK(holds(message, "still works"));
  CHECK(holds(message, "pg_terminate_backend(" + std::to_string(session->backend_pid()) + ")"));
  LockRequest request = waiting(milliseconds(50));
  request.purpose = LockPurpose::rehearse;
  CHECK_NOTHROW(acquire_lock(test.url(), request));
  session->commit();
  // Idle, as a pooler keeps it.
  CHECK_NOTHROW(acquire_lock(test.url(), waiting(milliseconds(5000))));
}

TEST_CASE("the PostgreSQL lock for migrating waits for no session that only looks, nor for another database's") {
  TestDatabase test(Dialect::postgres), other(Dialect::postgres);
  auto looking = test.open({.application = "drydock migrate"});
  looking->begin();
  looking->query("SELECT count(*) FROM pg_class");
  auto elsewhere = other.open({.application = std::string(applying_session)});
  elsewhere->begin();
  elsewhere->execute("CREATE TABLE t (a int)");
  CHECK_NOTHROW(acquire_lock(test.url(), waiting(milliseconds(0))));
}

TEST_CASE(
    "the SQLite lock is one for every spelling of the path, leaves nothing behind, and breaks no lock of SQLite's") {
  TestDatabase test(Dialect::sqlite);
  std::filesystem::path file = test.url().database();
  std::filesystem::path link = file.parent_path() / "link.db";
  std::filesystem::create_symlink(file, link);
  auto writer = test.open();
  writer->begin();
  {
    auto lock = acquire_lock(test.url(), {});
    CHECK_THROWS_AS(acquire_lock(DatabaseUrl::parse("sqlite:" + link.string()), waiting(milliseconds(0))), LockTimeout);
    CHECK(std::filesystem::exists(file.string() + ".drydock-lock"));
  }
  CHECK_FALSE(std::filesystem::exists(file.string() + ".drydock-lock"));
  auto other = test.open({.busy_timeout = milliseconds(0)});
  CHECK_THROWS_AS(other->begin(), DatabaseError);
}
