#include "runner/plan/plan.h"

#include <doctest/doctest.h>

#include "runner/plan/migration_texts.h"

namespace drydock::testing {
namespace {

std::string_view to_string(Conflict::Kind kind) {
  switch (kind) {
    case Conflict::Kind::changed:
      return "changed";
    case Conflict::Kind::missing:
      return "missing";
    case Conflict::Kind::out_of_order:
      return "out of order";
    case Conflict::Kind::failed:
      return "failed";
    case Conflict::Kind::partial_squash:
      return "partial squash";
    case Conflict::Kind::not_empty:
      return "not empty";
    case Conflict::Kind::inside_baseline:
      return "inside baseline";
    case Conflict::Kind::foreign_history:
      return "foreign history";
    case Conflict::Kind::half_undone:
      return "half undone";
    case Conflict::Kind::below_baseline:
      return "below baseline";
    case Conflict::Kind::moved_on:
      return "moved on";
  }
  return "";
}

void append(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

// "2, 3 from part 1 attempt 2"
std::string show(const Plan& plan) {
  std::string shown;
  for (const Step& step : plan.steps) {
    std::string item = step.migration.id();
    if (step.first_part > 0) item += " from part " + std::to_string(step.first_part);
    if (step.attempt > 1) item += " attempt " + std::to_string(step.attempt);
    append(shown, item);
  }
  return shown.empty() ? "nothing" : shown;
}

// "conflict: changed 1, missing 2"
std::string show(const std::vector<Conflict>& conflicts) {
  std::string shown;
  for (const Conflict& conflict : conflicts) {
    append(shown, std::string(to_string(conflict.kind)) + " " + conflict.id +
                      (conflict.unknown_part ? " at part " + std::to_string(*conflict.unknown_part) : ""));
  }
  return "conflict: " + shown;
}

std::string show(const std::vector<VersionState>& states) {
  std::string shown;
  for (const VersionState& state : states) {
    append(shown, state.id + " " + std::string(drydock::to_string(state.state)) +
                      (state.text_only_changed ? " as other text" : ""));
  }
  return shown;
}

struct Case {
  std::string title;
  std::string files;
  std::string history;
  std::string plan;
  std::string states;
  std::string to = {};
};

const Case cases[] = {
    {"nothing and nothing", "", "", "nothing", ""},
    {"a new folder runs in order", "1:a 2:b 10:c", "", "1, 2, 10", "1 pending, 2 pending, 10 pending"},
    {"what is applied does not run again", "1:a 2:b", "1:a 2:b", "nothing", "1 applied, 2 applied"},
    {"what comes after it does", "1:a 2:b 3:c", "1:a", "2, 3", "1 applied, 2 pending, 3 pending"},
    {"a wider spelling is the same version", "0001:a 0002:b", "1:a", "0002", "0001 applied, 0002 pending"},
    {"a narrower spelling is the same version", "1:a 9:b 10:c", "0001:a 0009:b", "10",
     "1 applied, 9 applied, 10 pending"},
    {"--to ends the plan with its version", "1:a 2:b 3:c", "1:a", "2", "1 applied, 2 pending, 3 pending", "2"},
    {"--to need not be a version of the folder", "1:a 3:b 5:c", "", "1, 3", "1 pending, 3 pending, 5 pending", "04"},
    {"a comment that was added is a note", "1:a#", "1:a", "nothing", "1 applied as other text"},
    {"another statement is a conflict", "1:b", "1:a", "conflict: changed 1", "1 changed"},
    {"a text that cannot be read any more is another text", "1:(", "1:a", "conflict: changed 1", "1 changed"},
    {"every conflict is listed", "1:x 3:y 4:c", "1:a 2:b 4:c", "conflict: changed 1, missing 2, out of order 3",
     "1 changed, 2 missing, 3 out-of-order, 4 applied"},
    {"conflicts are found above --to, too", "1:a 2:y 3:c", "1:a 2:b", "conflict: changed 2",
     "1 applied, 2 changed, 3 pending", "1"},
    {"a file that is gone is missing", "1:a", "1:a 2:b", "conflict: missing 2", "1 applied, 2 missing"},
    {"missing versions are shown in their place", "2:b 10:c", "1:a 2:b 9:d 10:c", "conflict: missing 1, missing 9",
     "1 missing, 2 applied, 9 missing, 10 applied"},
    {"a late version below an applied one is out of order", "1:a 2:b 3:c", "1:a 3:c", "conflict: out of order 2",
     "1 applied, 2 out-of-order, 3 applied"},
    {"versions compare by number", "9:a 10:b", "10:b", "conflict: out of order 9", "9 out-of-order, 10 applied"},
    {"a version below one that has begun is out of order", "1:a 2:bC", "2/0:bC", "conflict: out of order 1",
     "1 out-of-order, 2 failed"},
    {"a database of which no version is in the folder is another project's", "3:c 4:d", "1:a 2:b",
     "conflict: foreign history 1", "1 missing, 2 missing, 3 pending, 4 pending"},
    {"a run that stopped goes on at its next part", "1:a|b|c 2:d", "1/0:a|b|c", "1 from part 1, 2",
     "1 failed, 2 pending"},
    {"a part that failed cleanly is run again as a new attempt", "1:a|b", "1/0:a|b 1/1x:a|b", "1 from part 1 attempt 2",
     "1 failed"},
    {"a first part that failed cleanly leaves the version pending", "1:A", "1x:A", "1 attempt 2", "1 pending"},
    {"two failures make the third attempt", "1:A", "1x:A 1x:A", "1 attempt 3", "1 pending"},
    {"what is not applied of it may change", "1:a|x|y", "1/0:a|b", "1 from part 1", "1 failed"},
    {"what is applied of it may not", "1:x|b", "1/0:a|b", "conflict: failed 1", "1 failed"},
    {"it may not end before what is left", "1:a", "1/0:a|b", "conflict: failed 1", "1 failed"},
    {"a failed version above --to waits", "1:a 2:b|c", "1:a 2/0:b|c", "nothing", "1 applied, 2 failed", "1"},
    {"an outcome that is not known needs a person", "1:A", "1?:A", "conflict: failed 1 at part 0", "1 failed"},
    {"also in the middle", "1:a|bCd", "1/0:a|bCd 1/1:a|bCd 1/2?:a|bCd", "conflict: failed 1 at part 2", "1 failed"},
    {"the outcome may be known by now", "1:A", "1?:A 1:A", "nothing", "1 applied"},
    {"or be that it failed", "1:A", "1?:A 1x:A", "1 attempt 3", "1 pending"},
    {"a repair accepts a changed text", "1:b", "1:a 1:b=repair", "nothing", "1 applied"},
    {"and then the old one is the changed one", "1:a", "1:a 1:b=repair", "conflict: changed 1", "1 changed"},
    {"a repair marks a started part as applied", "1:A", "1?:A 1:A=repair", "nothing", "1 applied"},
    {"a repair forgets a failure", "1:A", "1?:A 1x:A=repair", "1 attempt 3", "1 pending"},
    {"a repair marks what never ran", "1:a 2:b 3:c", "1:a 3:c 2:b=repair", "nothing",
     "1 applied, 2 applied, 3 applied"},
    {"rows of a kind that is not known say nothing", "1:a", "1:a=weather", "1", "1 pending"},
    {"a baseline counts as applied", "3:a 4:b", "3:a=baseline", "4", "3 applied, 4 pending"},
    {"repeatable ones run after the versions", "1:a R__v:x R__w:y", "", "1, R__v, R__w",
     "1 pending, R__v pending, R__w pending"},
    {"and wait where --to leaves versions pending", "1:a 2:b R__v:x", "", "1", "1 pending, 2 pending, R__v pending",
     "1"},
    {"but not where it leaves none", "1:a 2:b R__v:x", "1:a", "2, R__v", "1 applied, 2 pending, R__v pending", "2"},
    {"a repeatable one that has not changed does not run", "R__v:x", "R__v:x", "nothing", "R__v applied"},
    {"one with another comment is another text", "R__v:x#", "R__v:x", "R__v attempt 2", "R__v pending"},
    {"one that has changed runs as a new attempt", "1:a R__v:y", "1:a R__v:x", "R__v attempt 2",
     "1 applied, R__v pending"},
    {"one that changed back runs again", "R__v:x", "R__v:x R__v:y", "R__v attempt 3", "R__v pending"},
    {"one that stopped runs from its start", "R__v:x|y", "R__v/0:x|y R__v/1x:x|y", "R__v attempt 2", "R__v pending"},
    {"one that was put back after a half-done change runs again", "R__v:a|b",
     "R__v/0:a|b R__v/1:a|b R__v/0:x|y R__v/1x:x|y", "R__v attempt 3", "R__v pending"},
    {"one whose outcome is not known needs a person", "R__v:X", "R__v?:X", "conflict: failed R__v at part 0",
     "R__v failed"},
    {"one that was taken away is no conflict", "1:a", "1:a R__v:x", "nothing", "1 applied, R__v applied"},
    {"a version that failed cleanly and was taken away is no conflict", "1:a", "1:a 2x:B", "nothing", "1 applied"},
};

std::string plan_of(const Case& given, Dialect dialect) {
  PlanOptions options;
  if (!given.to.empty()) options.to = Version(given.to);
  const PlanResult result = make_plan(files_of(given.files), history_of(given.history, dialect), dialect, options);
  if (const auto* conflicts = std::get_if<std::vector<Conflict>>(&result)) return show(*conflicts);
  return show(std::get<Plan>(result));
}

TEST_CASE("Files and history make a plan, or all the conflicts between them.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    CHECK(plan_of(given, Dialect::postgres) == given.plan);
    CHECK(show(version_states(files_of(given.files), history_of(given.history, Dialect::postgres),
                              Dialect::postgres)) == given.states);
  }
}

std::vector<Conflict> conflicts_of(const std::string& files, const std::string& history) {
  return std::get<std::vector<Conflict>>(
      make_plan(files_of(files), history_of(history, Dialect::postgres), Dialect::postgres));
}

TEST_CASE("Each conflict says what to do.") {
  struct Resolution {
    std::string files, history, command;
  };
  const Resolution resolutions[] = {
      {"0001:b", "0001:a", "`drydock repair 0001 --accept-change`"},
      {"1:a", "1:a 2:b", "restore the file"},
      {"1:a 2:b 3:c", "1:a 3:c", "rename 2_m2.sql to a version above 3"},
      {"1:a 2:b 3:c", "1:a 3:c", "`drydock repair 2 --mark-applied`"},
      {"1:aB", "1/0:aB 1/1?:aB", "part 2 (line 2, VACUUM)"},
      {"1:aB", "1/0:aB 1/1?:aB", "`drydock repair 1 --forget-failure`"},
      {"1:aB", "1/0:aB 1/1?:aB", "`drydock repair 1 --mark-applied`"},
      {"1:x|b", "1/0:a|b", "put its text back"},
      {"1:a", "1/0:a|b", "`drydock repair 1 --mark-applied`"},
      {"1:a", "5:b", "--migrations"},
  };
  for (const Resolution& resolution : resolutions) {
    const std::vector<Conflict> conflicts = conflicts_of(resolution.files, resolution.history);
    REQUIRE(conflicts.size() == 1);
    CAPTURE(conflicts.front().message);
    CHECK(conflicts.front().message.find(resolution.command) != std::string::npos);
  }
}

TEST_CASE("A version that a repair corrected keeps the time at which it was applied.") {
  const std::vector<VersionState> states =
      version_states(files_of("1:b 2:c"), history_of("1:a 2:c 1:b=repair", Dialect::sqlite), Dialect::sqlite);
  REQUIRE(states.size() == 2);
  CHECK(states[0].applied_at == "time 1");
  CHECK(states[0].checksum == sha256(sql_of("b")));
  CHECK(states[0].kind == "migration");
  CHECK(states[0].file == "1_m1.sql");
}

TEST_CASE("A plan's hash names the texts, the order and where it goes on.") {
  const auto hash = [](const std::string& files, const std::string& history) {
    return std::get<Plan>(make_plan(files_of(files), history_of(history, Dialect::sqlite), Dialect::sqlite)).hash();
  };
  CHECK(hash("1:a 2:b", "") == hash("1:a 2:b", ""));
  CHECK(hash("1:a 2:b", "1:a") == hash("1:x 2:b", "1:x"));
  // Consents are comments.
  CHECK(hash("1:a", "") != hash("1:a#", ""));
  CHECK(hash("1:a 2:b", "") != hash("1:b 2:a", ""));
  CHECK(hash("1:a|b", "") != hash("1:a|b", "1/0:a|b"));
}

TEST_CASE("What a plan is based on changes with every row of the history.") {
  const auto based_on = [](const std::string& history) {
    const auto history_rows = history_of(history, Dialect::sqlite);
    return std::get<Plan>(make_plan(files_of("1:a 2:b"), history_rows, Dialect::sqlite)).based_on;
  };
  CHECK(based_on("1:a") == based_on("1:a"));
  CHECK_FALSE(based_on("") == based_on("1:a"));
  CHECK_FALSE(based_on("1x:a") == based_on("1:a"));
  CHECK_FALSE(based_on("1:a") == based_on("1:a 1:a=repair"));
}

TEST_CASE("A thousand applied files are planned without reading their SQL.") {
  std::vector<MigrationFile> files;
  std::vector<HistoryRow> rows;
  for (int version = 1; version <= 1000; ++version) {
    // An unterminated directive: parsing it would throw.
    files.push_back(file_of(std::to_string(20260000000000 + version), "-- drydock:unknown word\nSELECT 1;"));
    HistoryRow row;
    row.id = files.back().version.text();
    row.checksum = {.text = files.back().text_checksum, .tokens = "sha256:whatever"};
    rows.push_back(row);
  }
  CHECK(std::get<Plan>(make_plan(files, rows, Dialect::postgres)).empty());
}

TEST_CASE("Where files have places, a change before an applied one is out of order, whatever the names say.") {
  std::vector<MigrationFile> files{file_of("1", "SELECT 'a';"), file_of("2", "SELECT 'b';"),
                                   file_of("3", "SELECT 'c';")};
  files[0].version = Version("zebra", 1);
  files[1].version = Version("ant", 2);
  files[2].version = Version("R2", 3);
  const auto recorded = [&](std::initializer_list<int> applied) {
    std::vector<HistoryRow> rows;
    for (const int index : applied) {
      HistoryRow row;
      row.id = files[static_cast<std::size_t>(index)].version.text();
      row.last = true;
      row.state = HistoryRow::State::applied;
      row.kind = "migration";
      row.checksum.text = files[static_cast<std::size_t>(index)].text_checksum;
      rows.push_back(row);
    }
    return rows;
  };
  const Plan plan = std::get<Plan>(make_plan(files, recorded({0}), Dialect::sqlite));
  REQUIRE(plan.steps.size() == 2);
  CHECK(plan.steps[0].migration.id() == "ant");
  CHECK(plan.steps[1].migration.id() == "R2");
  const auto conflicts = std::get<std::vector<Conflict>>(make_plan(files, recorded({0, 2}), Dialect::sqlite));
  REQUIRE(conflicts.size() == 1);
  CHECK(conflicts[0].id == "ant");
  CHECK(conflicts[0].kind == Conflict::Kind::out_of_order);
}

}  // namespace
}  // namespace drydock::testing
