// The safety copies that `-- drydock:keep` asks for: made, restored, purged.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "fixtures/project.h"

using namespace drydock;

namespace {

bool on_postgres(const Project& project) { return project.kind() == Project::Kind::postgres; }

// The consent, with the schema where there is one, and the copy.
std::string consented(const Project& project, const std::string& kind, const std::string& object,
                      const std::string& rest = "reason=\"asked for\"") {
  return "-- drydock:consent " + kind + " " + project.table(object) + " " + rest + "\n-- drydock:keep 30d\n";
}

// `legacy` has the rows (1, 'a'), (2, 'b'), (3, NULL).
void with_migration(const Project& project, const std::string& text) {
  project.with_pending_loss();
  project.write("migrations/0002_drop_legacy.sql", text);
}

Ran migrated(const Project& project) {
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  return ran;
}

std::int64_t copies(const Project& project) {
  const Ran ran = project.drydock({"kept", "list"});
  CHECK(ran.code == 0);
  return ran.says("No safety copies") ? 0 : std::count(ran.out.begin(), ran.out.end(), '\n');
}

std::string rows_of_legacy(const Project& project) {
  return project.value(
      on_postgres(project)
          ? "SELECT string_agg(id || coalesce(note, '-'), ',' ORDER BY id) FROM legacy"
          : "SELECT group_concat(id || coalesce(note, '-'), ',') FROM (SELECT * FROM legacy ORDER BY id)");
}

struct Case {
  const char *kind, *object;
  const char* statement;
  const char* rows;   // in the copy
  const char* after;  // the table after the migration; "" where it is gone
  const char* after_restore;
  bool postgres_only = false;
};

// What is lost, what is in the copy, and what a restore makes of it.
const Case cases[] = {
    {"table-dropped", "legacy", "DROP TABLE legacy;", "(3 rows)", "", "1a,2b,3-"},
    {"rows-deleted", "legacy", "DELETE FROM legacy WHERE id = 2;", "(1 row)", "1a,3-", "1a,2b,3-"},
    {"table-truncated", "legacy", "TRUNCATE legacy; INSERT INTO legacy VALUES (1, 'a');", "(2 rows)", "1a", "1a,2b,3-",
     true},
    {"table-recreated", "legacy",
     "DROP TABLE legacy; CREATE TABLE legacy (id integer PRIMARY KEY, note text); INSERT INTO legacy VALUES (3, NULL);",
     "(2 rows)", "3-", "1a,2b,3-"},
    {"values-erased", "legacy.note", "UPDATE legacy SET note = NULL WHERE id = 1;", "(1 value)", "1-,2b,3-",
     "1a,2b,3-"},
    {"column-dropped", "legacy.note", "ALTER TABLE legacy DROP COLUMN note;", "(2 values)", nullptr, "1a,2b,3-"},
};

}  // namespace

TEST_CASE("what a consent lets go is copied, and put back by a restore") {
  for (const Project::Kind kind : both_kinds)
    for (const Case& each : cases) {
      if (each.postgres_only && kind == Project::Kind::sqlite) continue;
      CAPTURE(each.statement);
      const Project project(kind);
      with_migration(project, consented(project, each.kind, each.object) + each.statement + "\n");
      const Ran ran = migrated(project);
      CHECK(ran.says(": kept until "));
      CHECK(ran.says(each.rows));
      CHECK(ran.says("drydock kept restore 1"));
      CHECK(project.has_table("legacy") == (each.after == nullptr || *each.after != 0));
      if (each.after && *each.after != 0) CHECK(rows_of_legacy(project) == each.after);
      CHECK(copies(project) == 1);

      const Ran restored = project.drydock({"kept", "restore", "1"});
      INFO(restored.out, restored.err);
      CHECK(restored.code == 0);
      CHECK(rows_of_legacy(project) == each.after_restore);
      CHECK(copies(project) == 1);

      // Nothing is missing any more: a second restore changes nothing.
      const Ran again = project.drydock({"kept", "restore", "1"});
      CHECK(again.code == 0);
      CHECK(again.says("did not:"));
      CHECK(rows_of_legacy(project) == each.after_restore);

      CHECK(project.drydock({"kept", "purge", "1"}).code == 0);
      CHECK(copies(project) == 0);
      CHECK(project.drydock({"kept", "restore", "1"}).code == 2);
      CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
    }
}

TEST_CASE("a change of type keeps the values as they were") {
  const Project project(Project::Kind::postgres);
  project.with_pending_column();
  project.write("migrations/0002_add_colour.sql", "ALTER TABLE legacy ADD COLUMN price numeric;\n");
  migrated(project);
  project.sql("UPDATE legacy SET price = id + 0.5 WHERE id < 3");
  project.write("migrations/0003_whole.sql",
                consented(project, "values-changed", "legacy.price") +
                    "ALTER TABLE legacy ALTER COLUMN price TYPE integer USING floor(price);\n");
  CHECK(migrated(project).says("(2 values)"));
  CHECK(project.value("SELECT sum(price) FROM drydock_kept.legacy_1") == "4.0");
}

TEST_CASE("a restore never overwrites, and says what stays behind and why") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_migration(project, consented(project, "rows-deleted", "legacy") + "DELETE FROM legacy WHERE id < 3;\n");
    migrated(project);
    project.sql("INSERT INTO legacy VALUES (1, 'another')");
    const Ran ran = project.drydock({"kept", "restore", "1"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("1 row of " + project.table("legacy") + " went back"));
    CHECK(ran.says("1 row did not: a row with their key"));
    CHECK(rows_of_legacy(project) == "1another,2b,3-");
  }
}

TEST_CASE("a transaction that is rolled back leaves no copy") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    // Rehearsed on three rows; a fourth makes the bound fail on the target.
    with_migration(project, consented(project, "table-dropped", "legacy", "rows<=3 reason=\"asked for\"") +
                                "DROP TABLE legacy;\n");
    REQUIRE(project.drydock({"rehearse", "--receipt", "receipt.json"}).code == 0);
    project.sql("INSERT INTO legacy VALUES (4, 'd')");
    const Ran refused = project.drydock({"migrate", "--receipt", "receipt.json"});
    INFO(refused.out, refused.err);
    CHECK(refused.code == 3);
    CHECK(copies(project) == 0);
    CHECK(project.has_table("legacy"));

    project.write("migrations/0002_drop_legacy.sql", consented(project, "table-dropped", "legacy") +
                                                         "DROP TABLE legacy;\nINSERT INTO missing VALUES (1);\n");
    const Ran failed = project.drydock({"migrate", "--no-rehearsal"});
    CHECK(failed.code == 8);
    CHECK(copies(project) == 0);
    CHECK(project.value("SELECT count(*) FROM legacy") == "4");
  }
}

TEST_CASE("a copy whose time is over is purged by the next migrate that applies something") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_migration(project, consented(project, "table-dropped", "legacy") + "DROP TABLE legacy;\n");
    migrated(project);
    CHECK(project.drydock({"kept", "purge", "--expired"}).says("has expired"));
    CHECK(copies(project) == 1);
    if (on_postgres(project)) {
      project.sql("UPDATE drydock.kept SET until = '2020-01-01'");
    } else {
      project.sql("ATTACH '" + (project.folder() / "app.db.kept").string() +
                  "' AS kept; UPDATE kept.drydock_kept SET until = '2020-01-01T00:00:00Z'");
    }
    CHECK(project.drydock({"kept", "list"}).says(", expired"));
    project.write("migrations/0003_other.sql", "CREATE TABLE other (id integer);\n");
    CHECK(migrated(project).says("has expired (2020-01-01T00:00:00Z) and is purged"));
    CHECK(copies(project) == 0);
  }
}

TEST_CASE("a copy of which nobody knows whether its migration was committed says so, and can be used all the same") {
  const Project project;
  with_migration(project, consented(project, "table-dropped", "legacy") + "DROP TABLE legacy;\n");
  migrated(project);
  // As a run leaves it that is killed between the two COMMITs.
  project.sql("ATTACH '" + (project.folder() / "app.db.kept").string() +
              "' AS kept; DELETE FROM kept.drydock_kept WHERE event = 'kept'");
  CHECK(project.drydock({"kept", "list"}).says("unconfirmed"));
  CHECK(project.drydock({"kept", "restore", "1"}).code == 0);
  CHECK(rows_of_legacy(project) == "1a,2b,3-");
  CHECK(project.drydock({"kept", "purge", "1"}).code == 0);
  CHECK(copies(project) == 0);
}

TEST_CASE("each transaction of a migration leaves a copy of what it lost") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_migration(project, consented(project, "rows-deleted", "legacy") +
                                "DELETE FROM legacy WHERE id = 1;\nCOMMIT;\nBEGIN;\n"
                                "DELETE FROM legacy WHERE id = 2;\nCOMMIT;\nBEGIN;\n"
                                "INSERT INTO legacy VALUES (4, 'd');\n");
    migrated(project);
    CHECK(copies(project) == 2);
    CHECK(project.drydock({"kept", "restore", "2"}).code == 0);
    CHECK(rows_of_legacy(project) == "2b,3-,4d");
  }
}

TEST_CASE("types that are not built in are kept as text, so that they can be dropped in the same migration") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_users.sql",
                "CREATE TYPE mood AS ENUM ('glad', 'sad');\n"
                "CREATE TABLE users (id integer PRIMARY KEY, mood mood);\n");
  migrated(project);
  project.sql("INSERT INTO users VALUES (1, 'glad'), (2, NULL)");
  project.write("migrations/0002_drop.sql",
                consented(project, "table-dropped", "users") + "DROP TABLE users;\nDROP TYPE mood CASCADE;\n");
  CHECK(migrated(project).says("(2 rows)"));
  const Ran ran = project.drydock({"kept", "restore", "1"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("the type mood of the column mood is gone"));
  CHECK(project.value("SELECT mood FROM users WHERE id = 1") == "glad");
}

TEST_CASE("copies are nobody's tables: neither rows to lose, nor a schema to compare, nor anybody's to read") {
  const Project project(Project::Kind::postgres);
  with_migration(project, consented(project, "table-dropped", "legacy") + "DROP TABLE legacy;\n");
  migrated(project);
  project.write("migrations/0003_other.sql", "CREATE TABLE other (id integer);\n");
  CHECK(migrated(project).says("No table of the target holds a row"));
  CHECK(project.drydock({"verify"}).code == 0);
  CHECK_FALSE(project.drydock({"schema", "dump"}).says("drydock_kept"));
  CHECK(project.value("SELECT has_schema_privilege('pg_monitor', 'drydock_kept', 'USAGE')") == "f");
  CHECK(project.drydock({"protect"}).code == 0);
  CHECK(project.drydock({"kept", "purge", "1"}).code == 0);
}

TEST_CASE("reset empties the copies, or says that they stay") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_migration(project, consented(project, "table-dropped", "legacy") + "DROP TABLE legacy;\n");
    migrated(project);
    const Ran ran = project.drydock({"reset"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("app.db.kept stay") == (kind == Project::Kind::sqlite));
    CHECK(copies(project) == (kind == Project::Kind::sqlite ? 1 : 0));
    // What stays does not stand in the way of the next copy.
    project.drydock({"migrate", "--to", "0001"});
    project.sql("INSERT INTO legacy VALUES (7, 'g')");
    CHECK(migrated(project).says("(1 row)"));
  }
}

TEST_CASE("a keep without a consent is an error with its line") {
  const Project project;
  project.with_pending_loss();
  project.write("migrations/0002_drop_legacy.sql", "-- drydock:keep 30d\nDROP TABLE legacy;\n");
  const Ran ran = project.drydock({"migrate"});
  CHECK(ran.code == 2);
  CHECK(ran.says("0002_drop_legacy.sql:1"));
}

TEST_CASE("kept refuses what makes no sense") {
  const Project project;
  project.with_pending_column();
  for (const std::vector<std::string>& words :
       std::vector<std::vector<std::string>>{{"kept", "restore"},
                                             {"kept", "purge"},
                                             {"kept", "list", "1"},
                                             {"kept", "restore", "1"},
                                             {"kept", "purge", "1", "--expired"},
                                             {"kept", "throw"}})
    CHECK(project.drydock(words).code == 2);
}
