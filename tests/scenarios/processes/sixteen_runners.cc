// Sixteen pods that start at once and migrate the same database.
#include <doctest/doctest.h>

#include "fixtures/temporary_directory.h"
#include "scenarios/processes/mixed_history.h"

namespace drydock {
namespace {

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string run_sixteen(const Project& project) {
  std::vector<Running> runners;
  for (int number = 0; number < 16; ++number) runners.push_back(project.start({"migrate"}));
  std::string said;
  for (Running& runner : runners) {
    const Ran ran = runner.wait();
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    said += ran.out;
  }
  return said;
}

TEST_CASE("of sixteen runners at most one makes a shadow, and every migration runs once") {
  for (const Project::Kind kind : both_kinds) {
    const fixtures::TemporaryDirectory directory;
    std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
    const Project project(kind);
    make_mixed_history(project, directory / "shadows");
    const std::string said = run_sixteen(project);
    CHECK(occurrences(said, "Cloned") == 1);
    for (const char* id : mixed_history_ids) CHECK(occurrences(said, std::string("applied ") + id) == 1);
    check_mixed_history(project);
  }
}

}  // namespace
}  // namespace drydock
