#include "runner/plan/undo_plan.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "runner/plan/migration_texts.h"

namespace drydock::testing {
namespace {

constexpr Dialect dialect = Dialect::sqlite;

// "3 attempt 2, 2 from part 1"
std::string show(const Plan& plan) {
  std::string shown;
  for (const Step& step : plan.steps) {
    shown += (shown.empty() ? "" : ", ") + step.migration.id();
    if (step.first_part > 0) shown += " from part " + std::to_string(step.first_part);
    if (step.attempt > 1) shown += " attempt " + std::to_string(step.attempt);
  }
  return shown.empty() ? "nothing" : shown;
}

std::string show(const std::vector<Conflict>& conflicts) {
  std::string shown;
  for (const Conflict& conflict : conflicts)
    shown += (shown.empty() ? "" : ", ") + conflict.id +
             (conflict.unknown_part ? " at part " + std::to_string(*conflict.unknown_part) : "") +
             (conflict.kind == Conflict::Kind::changed          ? " changed"
              : conflict.kind == Conflict::Kind::missing        ? " missing"
              : conflict.kind == Conflict::Kind::failed         ? " failed"
              : conflict.kind == Conflict::Kind::half_undone    ? " half undone"
              : conflict.kind == Conflict::Kind::below_baseline ? " below baseline"
              : conflict.kind == Conflict::Kind::moved_on       ? " moved on"
                                                                : " other");
  return "conflict: " + shown;
}

std::string show(const PlanResult& result) {
  return std::visit([](const auto& value) { return show(value); }, result);
}

// The undo of a version, out of "1:x 2:y|z": as a format hands it out.
UndoRequest request_for(const std::string& undos, std::vector<Version> versions) {
  return {.versions = std::move(versions), .script = [undos](const MigrationFile& migration) {
            for (const std::string& word : words_of(undos)) {
              MigrationFile script = file_of(word.substr(0, word.find(':')), sql_of(word.substr(word.find(':') + 1)));
              if (script.version != migration.version) continue;
              script.kind = MigrationKind::undo;
              script.file = script.version.text() + ".undo.sql";
              return script;
            }
            throw MigrationError(migration.file, 0, "has no undo");
          }};
}

UndoRange so_many(std::size_t steps) { return {.steps = steps}; }
UndoRange down_to(const std::string& version) { return {.steps = std::nullopt, .to = Version(version)}; }

struct Case {
  std::string title, files, undos, history;
  UndoRange range;
  std::string plan;
};

const Case cases[] = {
    {"the last version is undone, as a newer attempt", "1:a 2:b", "1:x 2:y", "1:a 2:b", {}, "2 attempt 2"},
    {"several are undone from the top down", "1:a 2:b 3:c", "1:x 2:y 3:z", "1:a 2:b 3:c", so_many(2),
     "3 attempt 2, 2 attempt 2"},
    {"no more than there are", "1:a 2:b", "1:x 2:y", "1:a 2:b", so_many(9), "2 attempt 2, 1 attempt 2"},
    {"the version of --to stays", "1:a 2:b 3:c", "2:y 3:z", "1:a 2:b 3:c", down_to("1"), "3 attempt 2, 2 attempt 2"},
    {"with other zeros too", "1:a 10:b", "10:y", "1:a 10:b", down_to("009"), "10 attempt 2"},
    {"nothing stands above the last", "1:a 2:b", "", "1:a 2:b", down_to("2"), "nothing"},
    {"nothing is applied", "1:a", "1:x", "", {}, "nothing"},
    {"what is undone is not undone again", "1:a 2:b", "1:x 2:y", "1:a 2:b 2:y=undo", {}, "1 attempt 2"},
    {"what was applied again is", "1:a", "1:x", "1:a 1:x=undo 1:a", {}, "1 attempt 4"},
    {"repeatable ones stay", "1:a R__v:x", "1:x", "1:a R__v:x", {}, "1 attempt 2"},
    {"what is pending is passed over", "1:a 2:b", "1:x 2:y", "1:a", {}, "1 attempt 2"},
    {"a version that is out of order does not hinder it", "1:a 2:b 3:c", "3:z", "1:a 3:c", {}, "3 attempt 2"},
    {"a changed one does", "1:a 2:b", "2:y", "1:z 2:b", {}, "conflict: 1 changed"},
    {"so does a missing one", "1:a", "1:x", "1:a 2:b", {}, "conflict: 2 missing"},
    {"and one that is half applied", "1:a 2:b|c", "2:y", "1:a 2/0:b|c", {}, "conflict: 2 failed"},
    {"a half undone one is gone on with", "1:a 2:b", "2:y|z", "1:a 2:b 2/0:y|z=undo", {}, "2 from part 1"},
    {"it is the first of several", "1:a 2:b", "1:x 2:y|z", "1:a 2:b 2/0:y|z=undo", so_many(2),
     "2 from part 1, 1 attempt 2"},
    {"what is done of it must be what is done", "1:a", "1:x|z", "1:a 1/0:y|z=undo", {}, "conflict: 1 failed"},
    {"and there must be a rest", "1:a", "1:y", "1:a 1/0:y|z=undo", {}, "conflict: 1 failed"},
    {"a part whose outcome is unknown is settled first",
     "1:a",
     "1:Y",
     "1:a 1?:Y=undo",
     {},
     "conflict: 1 at part 0 failed"},
    {"a part that failed runs again", "1:a", "1:Y", "1:a 1?:Y=undo 1x:Y=undo", {}, "1 attempt 4"},
    {"a repair forgets it", "1:a", "1:Y", "1:a 1?:Y=undo 1x:Y=repair", {}, "1 attempt 4"},
    {"or completes it", "1:a", "1:Y", "1:a 1?:Y=undo 1:Y=repair", {}, "nothing"},
    {"what stands above a baseline can be undone", "^2:1a,2b/x 3:c", "3:z", "^2:1a,2b/x 3:c", {}, "3 attempt 2"},
    {"the baseline cannot", "^2:1a,2b/x 3:c", "3:z", "^2:1a,2b/x 3:c", so_many(2), "conflict: 2 below baseline"},
    {"nor what it stands for, in an older folder", "1:a 2:b 3:c", "2:y 3:z", "^2:1a,2b/x 3:c", down_to("1"),
     "conflict: 2 below baseline"},
    {"nor what it is going to stand for", "^2:1a,2b/x", "", "1:a 2:b", {}, "conflict: 2 below baseline"},
    {"a folder's baseline is nothing on an empty database", "^2:1a,2b/x", "", "", {}, "nothing"},
};

TEST_CASE("An undo plan runs undo scripts in the reverse order of the versions.") {
  for (const Case& each : cases) {
    INFO(each.title);
    const auto files = files_of(each.files);
    const auto history = history_of(each.history, dialect);
    const auto versions = versions_to_undo(files, history, dialect, each.range);
    CHECK(show(make_undo_plan(files, history, dialect, request_for(each.undos, versions))) == each.plan);
  }
}

TEST_CASE("What is meant is settled at the first look: a later one takes back no other version.") {
  const auto files = files_of("1:a 2:b 3:c");
  const auto plan_of = [&](const std::string& history, std::vector<Version> versions) {
    return show(
        make_undo_plan(files, history_of(history, dialect), dialect, request_for("1:x 2:y 3:z", std::move(versions))));
  };
  CHECK(plan_of("1:a 2:b 3:c", {Version("3")}) == "3 attempt 2");
  CHECK(plan_of("1:a 2:b 3:c 3:z=undo", {Version("3")}) == "nothing");
  CHECK(plan_of("1:a 2:b 3:c 3:z=undo", {Version("3"), Version("2")}) == "2 attempt 2");
  CHECK(plan_of("1:a 2:b 3:c", {Version("2")}) == "conflict: 3 moved on");
}

TEST_CASE("A version without an undo, or with one that does nothing, cannot be undone.") {
  const auto files = files_of("1:a 2:b");
  const auto history = history_of("1:a 2:b", dialect);
  for (const std::string undos : {"1:x", "2:", "2:#"}) {
    INFO(undos);
    CHECK_THROWS_AS(make_undo_plan(files, history, dialect, request_for(undos, {Version("2")})), MigrationError);
  }
}

std::string states(const std::string& files, const std::string& history) {
  std::string shown;
  for (const VersionState& state : version_states(files_of(files), history_of(history, dialect), dialect))
    shown += (shown.empty() ? "" : ", ") + state.id + " " + std::string(to_string(state.state));
  return shown;
}

TEST_CASE("A version that was undone is pending, and a half undone one has failed.") {
  CHECK(states("1:a 2:b", "1:a 2:b 2:y=undo") == "1 applied, 2 pending");
  CHECK(states("1:a 2:c", "1:a 2:b 2:y=undo") == "1 applied, 2 pending");
  CHECK(states("1:a", "1:a 2:b 2:y=undo") == "1 applied");
  CHECK(states("1:a", "1:a 1:y=undo 1:a") == "1 applied");
  CHECK(states("1:a", "1:a 1/0:y|z=undo") == "1 failed");
  CHECK(states("1:a", "1:a 1?:Y=undo") == "1 failed");
  CHECK(states("1:a", "1:a 1?:Y=undo 1x:Y=undo") == "1 applied");
  CHECK(states("1:a", "1:a 1/0:y|z=undo 1:a=repair") == "1 applied");
}

TEST_CASE("What was undone is migrated again as a newer attempt, and what is half undone is a conflict.") {
  const auto plan_of = [](const std::string& files, const std::string& history) {
    return show(make_plan(files_of(files), history_of(history, dialect), dialect));
  };
  CHECK(plan_of("1:a 2:b", "1:a 2:b 2:y=undo") == "2 attempt 3");
  CHECK(plan_of("1:a 2:c|d", "1:a 2/0:b|c 2/1:b|c 2:y=undo") == "2 attempt 3");
  CHECK(plan_of("1:a 2:b", "1:a 2:b 2/0:y|z=undo") == "conflict: 2 half undone");
  CHECK(plan_of("1:a 2:b", "1:a 2:b 2?:Y=undo") == "conflict: 2 at part 0 failed");
}

}  // namespace
}  // namespace drydock::testing
