// A baseline between its plan and its first statement: what was empty must still be.
#include <doctest/doctest.h>

#include "fixtures/test_database.h"
#include "runner/apply/apply.h"

namespace drydock {
namespace {

using fixtures::each_dialect;
using fixtures::TestDatabase;

MigrationFile baseline_file(const std::string& body) {
  BaselineHeader header;
  header.through = Version("0002");
  header.schema_hash = header.data_hash = sha256("");
  header.replaces = {{.version = Version("0001"), .checksum = sha256("a"), .name = "create_users"},
                     {.version = Version("0002"), .checksum = sha256("b"), .name = "add_plan"}};
  MigrationFile file;
  file.kind = MigrationKind::baseline;
  file.version = header.through;
  file.name = "baseline";
  file.file = "0002_baseline.sql";
  file.text = compose(header) + body;
  file.text_checksum = sha256(file.text);
  file.baseline = header;
  return file;
}

// In one transaction; and beginning outside of any.
const std::string bodies[] = {"CREATE TABLE users (id integer);\n", "VACUUM;\nCREATE TABLE users (id integer);\n"};

TEST_CASE("A baseline does not run where somebody has made anything since its plan, nor leave a trace.") {
  for (const std::string& body : bodies) {
    each_dialect([&](TestDatabase& target) {
      CAPTURE(body);
      const auto database = target.open();
      History history(*database);
      history.create();
      const Plan plan = std::get<Plan>(make_plan({baseline_file(body)}, {}, database->dialect()));
      target.execute("CREATE VIEW somebodys AS SELECT 1");
      NullWatcher nobody;
      CHECK_THROWS_AS(apply(plan, *database, history, nobody, {}), StalePlan);
      CHECK_FALSE(database->in_transaction());
      CHECK(history.read().rows.empty());

      target.execute("DROP VIEW somebodys");
      apply(plan, *database, history, nobody, {});
      const std::vector<HistoryRow> rows = history.read().rows;
      REQUIRE_FALSE(rows.empty());
      CHECK(rows.back().kind == "baseline");
      CHECK(rows.back().replaces.size() == 2);
      database->execute("INSERT INTO users VALUES (1)");
    });
  }
}

TEST_CASE("A baseline that is only recorded runs no statement.") {
  each_dialect([](TestDatabase& target) {
    const auto database = target.open();
    History history(*database);
    history.create();
    std::vector<HistoryRow> applied;
    for (const char* id : {"0001", "0002"}) {
      HistoryRow& row = applied.emplace_back();
      row.id = id;
    }
    const Plan plan =
        std::get<Plan>(make_plan({baseline_file("CREATE TABLE users (id integer);\n")}, applied, database->dialect()));
    REQUIRE(plan.steps.size() == 1);
    NullWatcher nobody;
    const std::vector<MigrationRun> runs = apply(plan, *database, history, nobody, {});
    CHECK(runs.at(0).statements.empty());
    const std::vector<HistoryRow> rows = history.read().rows;
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].kind == "baseline");
    CHECK(rows[0].attempt == 2);
    CHECK_THROWS_AS(database->execute("INSERT INTO users VALUES (1)"), DatabaseError);
  });
}

}  // namespace
}  // namespace drydock
