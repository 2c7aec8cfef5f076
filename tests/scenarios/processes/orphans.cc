// What a PostgreSQL server still does for a runner that was killed.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

constexpr const char* invalid_indexes = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";

// A CREATE INDEX CONCURRENTLY whose runner is dead, and which waits for a snapshot as long as this object lives.
class Orphan {
 public:
  explicit Orphan(const Project& project) {
    project.sql("CREATE TABLE users (id integer PRIMARY KEY)");
    project.write("migrations/0001_index.sql", "CREATE INDEX CONCURRENTLY users_id ON users (id);\n");
    reader_ = open_database(DatabaseUrl::parse(project.url()));
    reader_->begin("ISOLATION LEVEL REPEATABLE READ");
    reader_->query("SELECT count(*) FROM users");
    const Running killed = project.start({"migrate"});
    for (int tries = 0; tries < 400 && project.value(invalid_indexes) == "0"; ++tries)
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    REQUIRE(project.value(invalid_indexes) == "1");
  }

 private:
  std::unique_ptr<Database> reader_;
};

TEST_CASE("what the server still does for a killed runner is waited for, and counts") {
  const Project project(Project::Kind::postgres);
  auto orphan = std::make_unique<Orphan>(project);
  Running next = project.start({"migrate"});
  std::this_thread::sleep_for(std::chrono::seconds(1));
  CHECK(project.value("SELECT count(*) FROM drydock.history") == "1");
  orphan.reset();
  const Ran ran = next.wait();
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("waiting for another runner: a session that an earlier run left, pid"));
  CHECK(project.value(invalid_indexes) == "0");
  CHECK(project.value("SELECT string_agg(state, ',' ORDER BY sequence) FROM drydock.history") == "started,applied");
}

TEST_CASE("a server that does not come to an end for a killed runner ends the next with 6, which says how to end it") {
  const Project project(Project::Kind::postgres);
  auto orphan = std::make_unique<Orphan>(project);
  const Ran ran = project.drydock({"migrate", "--lock-wait", "500ms"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 6);
  CHECK(ran.says("SELECT pg_terminate_backend("));
  const std::size_t at = ran.err.find("SELECT pg_terminate_backend(");
  REQUIRE(at != std::string::npos);
  project.sql(ran.err.substr(at, ran.err.find(')', at) + 1 - at));
  orphan.reset();
  const Ran next = project.drydock({"migrate"}, {{"PGAPPNAME", "deploy"}});
  INFO(next.out, next.err);
  CHECK(next.code == 0);
  CHECK(project.value("SELECT indisvalid FROM pg_index WHERE indexrelid = 'users_id'::regclass") == "t");
}

}  // namespace
}  // namespace drydock
