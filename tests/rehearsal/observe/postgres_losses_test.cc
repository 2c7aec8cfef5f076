// Every case of postgres_losses.cases: as a rehearsal judges it, and as the guard does without one.
#include <doctest/doctest.h>

#include <cstdlib>

#include "fixtures/loss_cases.h"

using namespace drydock;
using namespace drydock::fixtures;

namespace {

std::vector<LossCase> cases() {
  // Another file of cases may be tried by hand.
  const char* other = std::getenv("DRYDOCK_POSTGRES_CASES");
  return read_loss_cases(other ? other : DRYDOCK_SOURCE_DIR "/tests/rehearsal/observe/postgres_losses.cases");
}

// So that a failure shows what was found.
std::string joined(const std::set<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += text + "; ";
  return all;
}

}  // namespace

TEST_CASE("a rehearsal on PostgreSQL finds exactly the losses of each case, at their lines") {
  for (const LossCase& each : cases()) {
    if (each.verdict == "usage") continue;  // refused before anything runs
    CAPTURE(each.name);
    const TestDatabase database(Dialect::postgres);
    const CaseOutcome outcome = rehearse_case(database, each);
    CHECK(to_string(outcome.verdict.level) == each.verdict);
    CHECK(joined(outcome.losses) == joined(each.losses));
    for (const std::string& line : each.lines)
      CHECK_MESSAGE(outcome.lines.contains(line), line, " but: ", joined(outcome.lines));
  }
}

TEST_CASE("the guard on PostgreSQL comes to the same end without a rehearsal") {
  for (const LossCase& each : cases()) {
    if (each.verdict == "usage") continue;
    CAPTURE(each.name);
    const TestDatabase database(Dialect::postgres);
    const std::string end = guard_case(database, each);
    if (!each.guard.empty()) {
      CHECK(end == each.guard);
      continue;
    }
    if (each.verdict == "safe" || each.verdict == "consented") CHECK(end == "applied");
    if (each.verdict == "rejected") CHECK(end == "refused");
    // An earlier migration of a plan that fails may be refused first.
    if (each.verdict == "failed") CHECK(end != "applied");
  }
}
