// Several runners on one target, and runs that are ended from outside.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "fixtures/project.h"
#include "runner/database/database.h"
#include "runner/database/lock.h"

namespace drydock {
namespace {

std::string absolute_url(const Project& project) {
  return project.kind() == Project::Kind::sqlite ? "sqlite:" + (project.folder() / "app.db").string() : project.url();
}

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST_CASE("of several runners one makes a shadow and applies, and all end well") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    std::vector<Running> runners;
    for (int number = 0; number < 3; ++number) runners.push_back(project.start({"migrate"}));
    std::string said;
    for (Running& runner : runners) {
      const Ran ran = runner.wait();
      INFO(ran.out, ran.err);
      CHECK(ran.code == 0);
      said += ran.out;
    }
    CHECK(occurrences(said, "Cloned") == 1);
    CHECK(occurrences(said, "applied 0002") == 1);
    CHECK(occurrences(said, "Nothing is pending") == 2);
  }
}

TEST_CASE("several runners on an empty database all end well, and one applies") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
    std::vector<Running> runners;
    for (int number = 0; number < 3; ++number) runners.push_back(project.start({"migrate"}));
    std::string said;
    for (Running& runner : runners) {
      const Ran ran = runner.wait();
      INFO(ran.out, ran.err);
      CHECK(ran.code == 0);
      said += ran.out;
    }
    CHECK(occurrences(said, "applied 0001") == 1);
  }
}

TEST_CASE("a runner that waits in vain ends with 6 and says for whom") {
  for (const Project::Kind kind : both_kinds) {
    for (const LockPurpose purpose : {LockPurpose::rehearse, LockPurpose::migrate}) {
      const Project project(kind);
      project.with_pending_column();
      LockRequest request;
      request.purpose = purpose;
      const auto held = acquire_lock(DatabaseUrl::parse(absolute_url(project)), request);
      const Ran ran = project.drydock({"migrate", "--lock-wait", "300ms"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 6);
      CHECK(ran.says("waiting for another runner"));
      CHECK(project.drydock({"status", "--check"}).code == 9);
    }
  }
}

// A statement that runs for longer than the others wait, on either kind of database.
std::string long_statement(const Project& project) {
  if (project.kind() == Project::Kind::postgres) return "SELECT pg_sleep(6);\n";
  return "CREATE TABLE counted AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000000) "
         "SELECT count(*) AS many FROM n;\n";
}

TEST_CASE("who waits for a runner with one long statement goes on waiting, longer than --lock-wait") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.sql", long_statement(project));
    Running holder = project.start({"migrate", "--no-rehearsal"});
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    const Ran waiter = project.drydock({"migrate", "--no-rehearsal", "--lock-wait", "2500ms"});
    const Ran held = holder.wait();
    INFO(held.out, held.err);
    INFO(waiter.out, waiter.err);
    CHECK(held.code == 0);
    CHECK(waiter.code == 0);
    CHECK(waiter.says("waiting for another runner"));
    CHECK(waiter.says("Nothing is pending"));
  }
}

TEST_CASE("a runner whose statement itself waits for a lock makes no progress") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  project.write("migrations/0002_add_colour.sql", "-- drydock:lock-timeout 60s\nSELECT pg_advisory_xact_lock(4711);\n");
  const auto other = open_database(DatabaseUrl::parse(project.url()));
  other->begin();
  other->execute("SELECT pg_advisory_xact_lock(4711)");
  Running holder = project.start({"migrate", "--no-rehearsal"});
  std::this_thread::sleep_for(std::chrono::milliseconds(500));
  const Ran waiter = project.drydock({"migrate", "--no-rehearsal", "--lock-wait", "2500ms"});
  INFO(waiter.out, waiter.err);
  CHECK(waiter.code == 6);
  other->rollback();
  CHECK(holder.wait().code == 0);
}

TEST_CASE("a run that was killed inside CREATE INDEX CONCURRENTLY is gone on with by the next") {
  const Project project(Project::Kind::postgres);
  project.sql("CREATE TABLE users (id integer PRIMARY KEY)");
  project.write("migrations/0001_index.sql", "CREATE INDEX CONCURRENTLY users_id ON users (id);\n");
  const auto other = open_database(DatabaseUrl::parse(project.url()));
  other->begin("ISOLATION LEVEL REPEATABLE READ");
  other->query("SELECT count(*) FROM users");  // the build waits for this snapshot
  {
    const Running killed = project.start({"migrate"});
    for (int tries = 0; tries < 200 && project.value("SELECT count(*) FROM pg_index WHERE NOT indisvalid") == "0";
         ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  const Ran status = project.drydock({"status", "--check"});
  CHECK(status.code == 4);
  CHECK(status.says("failed"));
  other->query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CREATE INDEX%'");
  other->rollback();
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(project.value("SELECT count(*) FROM pg_index WHERE indexrelid = 'users_id'::regclass AND indisvalid") == "1");
  CHECK(project.drydock({"status", "--check"}).code == 0);
}

TEST_CASE("--timeout ends a rehearsal with 7 and leaves nothing") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  const std::string shadows = (project.folder() / "shadows").string();
  project.write("drydock.toml", "shadow_directory = \"" + shadows + "\"\n");
  project.write("migrations/0002_add_colour.sql", "SELECT pg_sleep(60);\n");
  const Ran ran = project.drydock({"migrate", "--timeout", "3s", "--json"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 7);
  CHECK(nlohmann::json::parse(ran.out).at("result") == "timeout");
  CHECK(ran.says("nothing was changed"));
  CHECK(project.without_database({"clean"}).out == "Nothing was left behind.\n");
}

TEST_CASE("a signal ends a rehearsal by that signal, and leaves nothing") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  const std::string shadows = (project.folder() / "shadows").string();
  project.write("drydock.toml", "shadow_directory = \"" + shadows + "\"\n");
  project.write("migrations/0002_add_colour.sql", "SELECT pg_sleep(60);\n");
  Running running = project.start({"migrate", "--json"});
  std::this_thread::sleep_for(std::chrono::seconds(3));
  running.send(SIGINT);
  const Ran ran = running.wait();
  INFO(ran.out, ran.err);
  CHECK(ran.signal == SIGINT);
  CHECK(ran.says("nothing was changed"));
  CHECK(ran.says("interrupted (SIGINT)"));
  CHECK(nlohmann::json::parse(ran.out).at("result") == "interrupted");
  CHECK(project.without_database({"clean"}).out == "Nothing was left behind.\n");
  CHECK(project.drydock({"status", "--check"}).code == 9);
}

}  // namespace
}  // namespace drydock
