// Every case of the .cases files here, as a rehearsal sees it and as the guard does.
#include <doctest/doctest.h>

#include "rehearsal/observe/sqlite_case.h"

namespace drydock {
namespace {

std::vector<SqliteCase> all_cases() {
  std::vector<SqliteCase> out;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(DRYDOCK_SOURCE_DIR) / "tests/rehearsal/observe")) {
    const std::string name = entry.path().filename().string();
    if (name.compare(0, 6, "sqlite") != 0 || entry.path().extension() != ".cases") continue;
    for (SqliteCase& one : read_sqlite_cases(entry.path())) out.push_back(std::move(one));
  }
  return out;
}

std::string listed(const std::vector<std::string>& losses) {
  std::string out;
  for (const std::string& loss : losses) out += "\n  " + loss;
  return out;
}

}  // namespace

TEST_CASE("a rehearsal on SQLite finds exactly the losses of each case") {
  const std::vector<SqliteCase> cases = all_cases();
  REQUIRE(cases.size() >= 60);
  for (const SqliteCase& one : cases) {
    CAPTURE(one.name);
    const SqliteOutcome outcome = run_sqlite_case(one, RunAs::shadow);
    CAPTURE(outcome.error);
    CHECK(outcome.verdict == one.verdict);
    CHECK(listed(outcome.losses) == listed(one.losses));
  }
}

TEST_CASE("the guard, without a rehearsal, finds the same in a plan of one migration") {
  for (const SqliteCase& one : all_cases()) {
    if (one.changes.size() != 1) continue;
    CAPTURE(one.name);
    const SqliteOutcome outcome = run_sqlite_case(one, RunAs::target);
    CAPTURE(outcome.error);
    CHECK(outcome.verdict == one.verdict);
    CHECK(listed(outcome.losses) == listed(one.losses));
  }
}

}  // namespace drydock
