#include "runner/plan/repair.h"

#include <doctest/doctest.h>

#include "runner/plan/migration_texts.h"

namespace drydock::testing {
namespace {

std::string show(const RepairResult& result) {
  if (const auto* refusal = std::get_if<RepairRefusal>(&result)) return "refused: " + refusal->why;
  const HistoryRow& row = std::get<HistoryRow>(result);
  return row.id + "/" + std::to_string(row.part) + " attempt " + std::to_string(row.attempt) +
         (row.state == HistoryRow::State::applied ? " applied" : " failed") + (row.last ? " last" : "");
}

struct Case {
  std::string title, files, history, id;
  Correction correction;
  std::string row;
};

constexpr Correction accept_change = Correction::accept_change, mark_applied = Correction::mark_applied,
                     forget_failure = Correction::forget_failure;

const Case cases[] = {
    {"a changed text is accepted as a new attempt", "1:b 2:c", "1:a 2:c", "1", accept_change,
     "1/0 attempt 2 applied last"},
    {"an id is known however many zeros it has", "0001:b", "1:a", "01", accept_change, "0001/0 attempt 2 applied last"},
    {"the part that completes the version carries it", "1:x", "1/0:a|b 1/1:a|b", "1", accept_change,
     "1/1 attempt 2 applied last"},
    {"a version that is out of order is marked", "1:a 2:b 3:c", "1:a 3:c", "2", mark_applied,
     "2/0 attempt 1 applied last"},
    {"the first pending one may be marked", "1:a 2:b 3:c", "1:a", "2", mark_applied, "2/0 attempt 1 applied last"},
    {"also after a clean failure", "1:A", "1x:A", "1", mark_applied, "1/0 attempt 2 applied last"},
    {"the rest of a half applied one is marked", "1:x|b|c", "1/0:a|b|c", "1", mark_applied,
     "1/1 attempt 1 applied last"},
    {"only the part that was begun is marked", "1:aBc", "1/0:aBc 1/1?:aBc", "1", mark_applied, "1/1 attempt 2 applied"},
    {"and completes what it was the last part of", "1:aB", "1/0:aB 1/1?:aB", "1", mark_applied,
     "1/1 attempt 2 applied last"},
    {"a pending repeatable one is marked", "1:a R__v:x", "1:a R__v:w", "R__v", mark_applied,
     "R__v/0 attempt 2 applied last"},
    {"only the part that was begun is forgotten", "1:aBc", "1/0:aBc 1/1?:aBc", "1", forget_failure,
     "1/1 attempt 2 failed"},
    {"the rest of a baseline that was begun is marked", "^2:1a,2b/x|y", "^2/0:1a,2b/x|y", "2", mark_applied,
     "2/1 attempt 1 applied last"},
    {"a baseline that was changed is accepted, beside the last that it replaces", "^2:1a,2b/y", "1:a 2:b ^2:1a,2b/x",
     "2", accept_change, "2/0 attempt 3 applied last"},
    {"the part of an undo that was begun is forgotten", "1:a", "1:a 1?:Y=undo", "1", forget_failure,
     "1/0 attempt 3 failed last"},
    {"or marked, and the version is undone", "1:a", "1:a 1?:Y=undo", "1", mark_applied, "1/0 attempt 3 applied last"},
    {"a half undone version that was put back by hand is marked", "1:a", "1:a 1/0:y|z=undo", "1", mark_applied,
     "1/0 attempt 3 applied last"},
    {"also where the file is gone", "2:b", "1?:A 2:b", "1", forget_failure, "1/0 attempt 2 failed last"},
};

TEST_CASE("A repair is a newer row of the part that it corrects.") {
  for (const Case& each : cases) {
    INFO(each.title);
    CHECK(show(make_repair(files_of(each.files), history_of(each.history, Dialect::sqlite), Dialect::sqlite, each.id,
                           each.correction)) == each.row);
  }
}

TEST_CASE("A plan can be made after each of them.") {
  for (const Case& each : cases) {
    INFO(each.title);
    const std::vector<MigrationFile> files = files_of(each.files);
    std::vector<HistoryRow> rows = history_of(each.history, Dialect::sqlite);
    rows.push_back(std::get<HistoryRow>(make_repair(files, rows, Dialect::sqlite, each.id, each.correction)));
    CHECK(std::holds_alternative<Plan>(make_plan(files, rows, Dialect::sqlite)));
  }
}

const Case refused[] = {
    {"", "1:a", "1:a", "7", mark_applied, "7 is neither in the folder nor in the history"},
    {"", "1:a", "1:a", "1", accept_change, "1 is as it was applied"},
    {"", "1:a#", "1:a", "1", accept_change, "comments and layout only"},
    {"", "1:a 2:b", "1:a", "2", accept_change, "2 is not applied"},
    {"", "1:a", "1:a 2:b", "2", accept_change, "restore the file"},
    {"", "1:a", "1:a", "1", mark_applied, "1 is recorded as applied already"},
    {"", "1:b", "1:a", "1", mark_applied, "`drydock repair 1 --accept-change`"},
    {"", "1:a", "1:a 2:b", "2", mark_applied, "restore the file"},
    {"a pending one before it could not run any more", "1:a 2:b 3:c", "1:a", "3", mark_applied, "3 stands behind 2"},
    {"", "1:a", "1:a", "1", forget_failure, "no failure to forget"},
    {"", "1:A", "1x:A", "1", forget_failure, "no failure to forget"},
    {"", "1:a|b", "1/0:a|b", "1", forget_failure, "`drydock migrate` goes on behind it"},
    {"a baseline on an empty database", "^2:1a,2b/x", "", "2", mark_applied, "2 is a baseline"},
    {"a baseline whose migrations are all applied", "^2:1a,2b/x", "1:a 2:b", "2", mark_applied, "2 is a baseline"},
    {"a baseline that lags behind", "^2:1a,2b/x 3:c", "3:c", "2", mark_applied, "2 is a baseline"},
    {"a late file below the squash point", "2:b ^3:1a,3c/x", "1:a 3:c", "2", mark_applied, "rename it to a version"},
    {"also below a baseline that only the database knows", "1:a 2:b 3:c", "^3:1a,3c/x", "2", mark_applied,
     "which a baseline that the database has recorded ends with"},
    {"what has not run is never accepted", "1:a 2:b|d ^2:1a,2b|c/x", "1:a 2/0:b|c", "2", accept_change,
     "2 is not applied to its end"},
};

TEST_CASE("A correction of what is not so is refused, and says what is.") {
  for (const Case& each : refused) {
    INFO(each.files, " with ", each.history);
    const std::string shown = show(make_repair(files_of(each.files), history_of(each.history, Dialect::sqlite),
                                               Dialect::sqlite, each.id, each.correction));
    INFO(shown);
    CHECK(shown.starts_with("refused: "));
    CHECK(shown.find(each.row) != std::string::npos);
  }
}

}  // namespace
}  // namespace drydock::testing
