// What a plan makes of a squashed baseline: one row for every row of the table in docs/baselines.md, and for the
// mistakes that people make around it.
#include <doctest/doctest.h>

#include "runner/plan/migration_texts.h"
#include "runner/plan/plan.h"

namespace drydock::testing {
namespace {

std::string show(const Step& step) {
  std::string shown = step.action == Step::Action::record ? "record " : "";
  shown += step.migration.id();
  if (step.action == Step::Action::run && step.migration.source.baseline) shown += " baseline";
  if (step.migration.source.file.starts_with("squashed/")) shown += " squashed";
  if (step.only_where_empty) shown += " where empty";
  if (step.first_part > 0) shown += " from part " + std::to_string(step.first_part);
  if (step.attempt > 1) shown += " attempt " + std::to_string(step.attempt);
  return shown;
}

std::string kind_of(const Conflict& conflict) {
  using Kind = Conflict::Kind;
  switch (conflict.kind) {
    case Kind::changed:
      return "changed ";
    case Kind::missing:
      return "missing ";
    case Kind::out_of_order:
      return "out of order ";
    case Kind::failed:
      return "failed ";
    case Kind::foreign_history:
      return "foreign history ";
    case Kind::partial_squash:
      return "partial squash ";
    case Kind::not_empty:
      return "not empty ";
    case Kind::inside_baseline:
      return "inside baseline ";
    case Kind::half_undone:
      return "half undone ";
    case Kind::below_baseline:
      return "below baseline ";
    case Kind::moved_on:
      return "moved on ";
  }
  return "";
}

void append(std::string& list, const std::string& item) { list += (list.empty() ? "" : ", ") + item; }

std::string show(const PlanResult& result) {
  std::string shown;
  if (const auto* conflicts = std::get_if<std::vector<Conflict>>(&result)) {
    for (const Conflict& conflict : *conflicts) append(shown, kind_of(conflict) + conflict.id);
    return "conflict: " + shown;
  }
  for (const Step& step : std::get<Plan>(result).steps) append(shown, show(step));
  return shown.empty() ? "nothing" : shown;
}

std::string show(const std::vector<VersionState>& states) {
  std::string shown;
  for (const VersionState& state : states)
    append(shown, state.id + (state.kind == "baseline" ? " baseline " : " ") + std::string(to_string(state.state)));
  return shown;
}

std::vector<MigrationFile> squashed(const std::string& specification) {
  std::vector<MigrationFile> files = files_of(specification);
  for (MigrationFile& file : files) file.file = "squashed/" + file.file;
  return files;
}

struct Case {
  std::string title, files, originals, history, plan;
  std::string states = {};
  std::string to = {};
};

// The baseline of three migrations, and what it replaced.
const std::string b3 = "^3:1a,2b,3c/x", originals = "1:a 2:b 3:c";

const Case cases[] = {
    {"none is recorded: the baseline runs, where nothing is", b3, originals, "", "3 baseline where empty",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline pending"},
    {"and what comes after it", b3 + " 4:d", originals, "", "3 baseline where empty, 4"},
    {"all are recorded: it is recorded, nothing runs", b3, originals, "1:a 2:b 3:c", "record 3 attempt 2",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline pending"},
    {"also where their files are gone", b3 + " 4:d", "", "1:a 2:b 3:c", "record 3 attempt 2, 4"},
    {"and where newer versions are applied already", b3 + " 4:d", originals, "1:a 2:b 3:c 4:d", "record 3 attempt 2"},
    {"once recorded there is nothing to do", b3, originals, "1:a 2:b 3:c " + b3, "nothing",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline applied"},
    {"nor where it was run", b3 + " 4:d", "", b3, "4",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline applied, 4 pending"},
    {"some are recorded: the rest runs from squashed, then it is recorded", b3 + " 4:d", originals, "1:a 2:b",
     "3 squashed, record 3 attempt 3, 4", "1 replaced, 2 replaced, 3 pending, 3 baseline pending, 4 pending"},
    {"in their order", b3, originals, "1:a", "2 squashed, 3 squashed, record 3 attempt 3"},
    {"whichever they are", b3, originals, "1:a 3:c", "2 squashed, record 3 attempt 2"},
    {"one that stopped goes on where it stopped", "^2:1a,2b|c/x", "1:a 2:b|c", "1:a 2/0:b|c",
     "2 squashed from part 1, record 2 attempt 3"},
    {"some are recorded and a file is missing", b3, "1:a 2:b", "1:a", "conflict: partial squash 3",
     "1 replaced, 2 pending, 3 pending, 3 baseline pending"},
    {"a file with another text is a missing one", b3, "1:a 2:b 3:y", "1:a 2:b", "conflict: partial squash 3"},
    {"one with another comment is not", b3, "1:a 2:b 3:c#", "1:a 2:b", "3 squashed, record 3 attempt 3"},
    {"what has begun and has no file is missing", "^2:1a,2b|c/x", "", "1:a 2/0:b|c", "conflict: partial squash 2"},
    {"another text was recorded", b3, originals, "1:a 2:y 3:c", "conflict: changed 2",
     "1 replaced, 2 changed, 3 replaced, 3 baseline pending"},
    {"another comment is no other text", b3, originals, "1:a 2:b# 3:c", "record 3 attempt 2"},
    {"another text beside a version that is missing", b3, originals, "1:y", "conflict: changed 1"},
    {"a repair made the text right", b3, originals, "1:a 2:y 2:b=repair 3:c", "record 3 attempt 2"},
    {"an original that was left over is not run beside the baseline", "2:b " + b3, "1:a 3:c", "",
     "3 baseline where empty", "1 replaced, 2 replaced, 3 replaced, 3 baseline pending"},
    {"nor where all is recorded", "2:b " + b3, "1:a 3:c", "1:a 2:b 3:c", "record 3 attempt 2"},
    {"and is as good as in squashed where it is missing", "2:b " + b3, "1:a 3:c", "1:a",
     "2, 3 squashed, record 3 attempt 3"},
    {"also where it is in both places", "2:b " + b3, originals, "1:a", "2, 3 squashed, record 3 attempt 3"},
    {"one with another text would be skipped here and run elsewhere", "2:y " + b3, originals, "",
     "conflict: changed 2"},
    {"a late file below the squash point is refused where nothing is", "2:b 5:e ^5:1a,3c,5e/x", "1:a 3:c", "",
     "conflict: out of order 2", "1 replaced, 2 out-of-order, 3 replaced, 5 replaced, 5 baseline pending"},
    {"where some is recorded", "2:b ^3:1a,3c/x", "1:a 3:c", "1:a", "conflict: out of order 2"},
    {"where all is recorded", "2:b ^3:1a,3c/x", "1:a 3:c", "1:a 3:c", "conflict: out of order 2"},
    {"where the baseline is recorded", "2:b ^3:1a,3c/x", "", "^3:1a,3c/x", "conflict: out of order 2"},
    {"a recorded version that the baseline does not replace is missing", "^3:1a,3c/x", "", "1:a 2:b 3:c",
     "conflict: missing 2"},
    {"an older release's folder finds its versions applied", originals, "", b3, "nothing",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline applied"},
    {"with what it has after them", originals + " 4:d", "", b3, "4"},
    {"another text of it is a conflict", "1:a 2:y 3:c", "", b3, "conflict: changed 2"},
    {"another comment is none", "1:a 2:b# 3:c", "", b3, "nothing"},
    {"a late file of it is out of order", originals, "", "^3:1a,3c/x", "conflict: out of order 2",
     "1 replaced, 2 out-of-order, 3 replaced, 3 baseline applied"},
    {"a folder that is older still misses the others", "1:a 2:b", "", b3, "conflict: missing 3"},
    {"where none of it is known the baseline is missing, once", "4:d", "", b3 + " 4:d", "conflict: missing 3",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline missing, 4 applied"},
    {"a baseline that was changed after it was recorded", "^3:1a,2b,3c/y", "", b3, "conflict: changed 3"},
    {"a squash of a squash: all is recorded by the older one", "^4:1a,2b,3c,4d/y", "", b3 + " 4:d",
     "record 4 attempt 2", "1 replaced, 2 replaced, 3 replaced, 3 baseline replaced, 4 replaced, 4 baseline pending"},
    {"the older one's originals count", "^4:1a,2b,3c,4d/y", b3 + " 4:d", "1:a 2:b 3:c 4:d", "record 4 attempt 2"},
    {"the older one was recorded, what follows it is missing", "^4:1a,2b,3c,4d/y", "1:a 2:b 3:c " + b3 + " 4:d", b3,
     "4 squashed, record 4 attempt 3"},
    {"some of the older one's are missing", "^4:1a,2b,3c,4d/y", "1:a 2:b 3:c " + b3 + " 4:d", "1:a 2:b",
     "3 squashed, 4 squashed, record 4 attempt 3"},
    {"an older one that was left over is never run", b3 + " ^4:1a,2b,3c,4d/y", "", "", "4 baseline where empty",
     "1 replaced, 2 replaced, 3 replaced, 3 baseline replaced, 4 replaced, 4 baseline pending"},
    {"the older one was made of another text", "^4:1a,2z,3c,4d/y", "", b3 + " 4:d", "conflict: changed 2"},
    {"versions above it are recorded and none of its own", b3 + " 4:d", "", "4:d", "conflict: out of order 3"},
    {"a baseline that stopped goes on", "^2:1a,2b/x|y", "", "^2/0:1a,2b/x|y", "2 baseline from part 1",
     "1 replaced, 2 replaced, 2 baseline failed"},
    {"--to inside of it on an empty database", b3, originals, "", "conflict: inside baseline 3", {}, "2"},
    {"--to inside of it on one that lags behind", b3, originals, "1:a", "2 squashed", {}, "2"},
    {"--to inside of it where all is there", b3, originals, "1:a 2:b 3:c", "nothing", {}, "2"},
    {"--to its own version", b3 + " 4:d", originals, "", "3 baseline where empty", {}, "3"},
};

TEST_CASE("Recorded versions and checksums alone decide what becomes of a baseline.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    const std::vector<MigrationFile> files = files_of(given.files), kept = squashed(given.originals);
    const std::vector<HistoryRow> history = history_of(given.history, Dialect::postgres);
    PlanOptions options{.originals = kept};
    if (!given.to.empty()) options.to = Version(given.to);
    CHECK(show(make_plan(files, history, Dialect::postgres, options)) == given.plan);
    if (!given.states.empty()) CHECK(show(version_states(files, history, Dialect::postgres, kept)) == given.states);
  }
}

TEST_CASE("A conflict around a baseline names the versions and the way out.") {
  struct Resolution {
    std::string files, originals, history, says;
  };
  const Resolution resolutions[] = {
      {b3, "2:b", "1:a", "3_m3"},
      {b3, "2:b", "1:a", "squashed/"},
      {b3, "", "1:a 2:y 3:c", "2_m2 was applied here at time 2 with another text"},
      {b3, "", "1:a 2:y 3:c", "`drydock repair 2 --accept-change`"},
      {"2:y " + b3, "", "", "2_m2.sql has the version of 2_m2, which 3_baseline.sql replaces"},
      {"2:b ^3:1a,3c/x", "", "", "rename it to a version above 3"},
  };
  for (const Resolution& each : resolutions) {
    const std::vector<MigrationFile> kept = squashed(each.originals);
    const PlanResult result = make_plan(files_of(each.files), history_of(each.history, Dialect::postgres),
                                        Dialect::postgres, {.originals = kept});
    const auto& conflicts = std::get<std::vector<Conflict>>(result);
    REQUIRE(conflicts.size() == 1);
    CAPTURE(conflicts.front().message);
    CHECK(conflicts.front().message.find(each.says) != std::string::npos);
  }
}

TEST_CASE("The step of a baseline asks for the schemas that it names, and says how to adopt what is there.") {
  std::vector<MigrationFile> files = files_of(b3);
  files[0].text += "CREATE SCHEMA shop;\nCREATE TABLE \"Odd One\".t (id int);\n";
  const Plan plan = std::get<Plan>(make_plan(files, {}, Dialect::postgres));
  REQUIRE(plan.steps.size() == 1);
  REQUIRE(plan.steps[0].only_where_empty);
  CHECK(plan.steps[0].only_where_empty->schemas == std::vector<std::string>{"Odd One", "shop"});
  CHECK(objects_conflict(plan.steps[0]).message.find("`drydock adopt --at 3`") != std::string::npos);
}

TEST_CASE("A database that lags behind is told the baseline's hint.") {
  std::vector<MigrationFile> files = files_of(b3);
  files[0].baseline->upgrade_hint = "stop the importer first";
  const std::vector<MigrationFile> kept = squashed(originals);
  const auto plan_for = [&](const std::string& history) {
    return std::get<Plan>(
        make_plan(files, history_of(history, Dialect::postgres), Dialect::postgres, {.originals = kept}));
  };
  CHECK(plan_for("").notes.empty());
  CHECK(plan_for("1:a 2:b 3:c").notes.empty());
  REQUIRE(plan_for("1:a").notes.size() == 2);
  CHECK(plan_for("1:a").notes[1] == "3_baseline.sql says: stop the importer first");
}

TEST_CASE("Recording a baseline and running it are two plans.") {
  const auto hash = [](const std::string& history) {
    return std::get<Plan>(make_plan(files_of(b3), history_of(history, Dialect::postgres), Dialect::postgres)).hash();
  };
  CHECK(hash("") != hash("1:a 2:b 3:c"));
}

}  // namespace
}  // namespace drydock::testing
