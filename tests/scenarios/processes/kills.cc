// kill -9 at any moment of `migrate`: the next one goes on, nothing is done twice, by half or not at all.
//
// DRYDOCK_KILLS sets how often, for each database and each way of migrating; DRYDOCK_SEED another sequence of moments.
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <random>
#include <thread>

#include "fixtures/temporary_directory.h"
#include "scenarios/processes/mixed_history.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Words = std::vector<std::string>;

int number_from(const char* variable, int otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::atoi(text);
}

// Where the shadows of a test go, and what may be left there: the empty server that new ones are copied from.
class ShadowBase {
 public:
  ShadowBase() { fs::permissions(directory_.path(), fs::perms(0755)); }

  fs::path path() const { return directory_ / "shadows"; }

  Words shadows() const {
    Words found;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(path(), error))
      if (entry.path().filename().string().starts_with("shadow-")) found.push_back(entry.path().string());
    return found;
  }

  // Programs that work below it: a throw-away server's processes do. They are given a moment to end.
  Words programs() const {
    Words found;
    for (int tries = 0; tries < 100; ++tries) {
      found.clear();
      std::error_code error;
      for (const fs::directory_entry& entry : fs::directory_iterator("/proc", error)) {
        const fs::path works_in = fs::read_symlink(entry.path() / "cwd", error);
        if (!error && works_in.string().starts_with(path().string())) found.push_back(entry.path().filename());
      }
      if (found.empty()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return found;
  }

 private:
  fixtures::TemporaryDirectory directory_;
};

// Runs it to its end; how long that took.
std::chrono::duration<double> whole_run(const Project& project, const Words& words) {
  const Clock::time_point start = Clock::now();
  const Ran ran = project.drydock(words);
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
  return Clock::now() - start;
}

Ran killed_run(const Project& project, const Words& words, std::chrono::duration<double> after) {
  Running running = project.start(words);
  std::this_thread::sleep_for(after);
  running.send(SIGKILL);
  return running.wait();
}

// The first run after the kill has to complete; only where a lock is not free yet (6) it may be run again.
void check_next_run(const Project& project, const Words& words) {
  Ran ran = project.drydock(words);
  for (int tries = 0; ran.code == 6 && tries < 5; ++tries) ran = project.drydock(words);
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
}

void kill_often(Project::Kind kind, const Words& words, int kills) {
  const ShadowBase base;
  std::chrono::duration<double> whole{};
  for (int warm_up = 0; warm_up < 2; ++warm_up) {
    const Project project(kind);
    make_mixed_history(project, base.path());
    whole = whole_run(project, words);
    check_mixed_history(project);
  }
  const int seed = number_from("DRYDOCK_SEED", 1);
  std::mt19937 random(static_cast<unsigned>(seed));
  int in_time = 0;
  for (int number = 0; number < kills; ++number) {
    const std::chrono::duration<double> after = whole * std::uniform_real_distribution<double>(0, 1)(random);
    const Project project(kind);
    make_mixed_history(project, base.path());
    const Ran killed = killed_run(project, words, after);
    if (killed.signal == SIGKILL)
      ++in_time;
    else
      whole *= 0.9;  // it was measured on a busier machine
    INFO("kill ", number, " of seed ", seed, " after ", after.count(), " s of ", whole.count());
    INFO("before it: ", killed.out, killed.err);
    check_next_run(project, words);
    check_mixed_history(project);
    CHECK(base.shadows().empty());
    CHECK(base.programs().empty());
  }
  MESSAGE(kills, " kills, ", in_time, " before the end of a run of ", whole.count(), " s");
  CHECK(in_time > 0);
}

TEST_CASE("a run that is killed under the guard alone is gone on with by the next") {
  for (const Project::Kind kind : both_kinds)
    kill_often(kind, {"migrate", "--no-rehearsal"}, number_from("DRYDOCK_KILLS", 10));
}

TEST_CASE("a run that is killed with its rehearsal is gone on with by the next") {
  for (const Project::Kind kind : both_kinds) kill_often(kind, {"migrate"}, number_from("DRYDOCK_KILLS", 5));
}

}  // namespace
}  // namespace drydock
