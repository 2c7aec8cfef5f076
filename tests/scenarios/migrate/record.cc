// drydock's own record in the target: what a migration does to it by any route is refused, and a record that another
// process has moved on stops the run.
#include <doctest/doctest.h>

#include <chrono>
#include <thread>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

struct OneMigration {
  Project::Kind kind;
  const char* sql;
};

const OneMigration attacks[] = {
    {Project::Kind::postgres, "DROP SCHEMA drydock CASCADE;"},
    {Project::Kind::postgres, "DROP TABLE drydock.history;"},
    {Project::Kind::postgres, "DROP TABLE drydock.stamp;"},
    {Project::Kind::postgres, "ALTER SCHEMA drydock RENAME TO harbour;"},
    {Project::Kind::postgres, "ALTER TABLE drydock.history RENAME COLUMN text TO words;"},
    {Project::Kind::postgres, "ALTER TABLE drydock.history SET SCHEMA public;"},
    {Project::Kind::postgres, "DO $$ BEGIN EXECUTE 'DROP SCHEMA dry' || 'dock CASCADE'; END $$;"},
    {Project::Kind::postgres, "DELETE FROM drydock.history;"},
    {Project::Kind::postgres, "TRUNCATE drydock.history;"},
    {Project::Kind::postgres,
     "CREATE TABLE kept AS TABLE drydock.history;\nDROP TABLE drydock.history;\n"
     "CREATE TABLE drydock.history (LIKE kept INCLUDING ALL);"},
    {Project::Kind::postgres, "DO $$ BEGIN DROP SCHEMA drydock CASCADE; COMMIT; END $$;"},
    {Project::Kind::sqlite, "DROP TABLE drydock_history;"},
    {Project::Kind::sqlite, "DROP TABLE drydock_stamp;"},
    {Project::Kind::sqlite, "ALTER TABLE drydock_history RENAME TO harbour;"},
    {Project::Kind::sqlite, "DELETE FROM drydock_history;"},
};

TEST_CASE("a migration that drops or rewrites drydock's own record is refused, on the shadow and on the target alike") {
  for (const OneMigration& attack : attacks) {
    const Project project(attack.kind);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.sql", std::string(attack.sql) + "\n");
    for (const std::vector<std::string>& words :
         std::vector<std::vector<std::string>>{{"migrate"}, {"migrate", "--no-rehearsal"}}) {
      const Ran ran = project.drydock(words);
      INFO(std::string(attack.sql));
      INFO(ran.out, ran.err);
      CHECK(ran.code == 3);
      CHECK((ran.says("drydock's own") || ran.says("no rehearsal has judged it")));
      CHECK_FALSE(ran.says("42P01"));
      CHECK(project.drydock({"status"}).says("1 migration applied"));
    }
  }
}

// Each passes over drydock's own tables, too, and changes nothing in them.
const OneMigration maintenance[] = {
    {Project::Kind::postgres, "ANALYZE;"},
    {Project::Kind::postgres, "DO $$ BEGIN ANALYZE; END $$;"},
    {Project::Kind::postgres, "VACUUM;"},
    {Project::Kind::postgres, "VACUUM FULL;"},
    {Project::Kind::postgres, "REINDEX SCHEMA drydock;"},
    {Project::Kind::postgres, "CLUSTER;"},
    {Project::Kind::sqlite, "ANALYZE;"},
    {Project::Kind::sqlite, "REINDEX;"},
    {Project::Kind::sqlite, "VACUUM;"},
};

TEST_CASE("maintenance of the whole database goes through") {
  for (const OneMigration& each : maintenance) {
    const Project project(each.kind);
    project.with_pending_column();
    project.write("migrations/0002_add_colour.sql", std::string(each.sql) + "\n");
    const Ran rehearsed = project.drydock({"migrate"});
    INFO(std::string(each.sql));
    INFO(rehearsed.out, rehearsed.err);
    CHECK(rehearsed.code == 0);
    project.write("migrations/0003_again.sql", std::string(each.sql) + "\n");
    const Ran guarded = project.drydock({"migrate", "--no-rehearsal"});
    INFO(guarded.out, guarded.err);
    CHECK((guarded.code == 0 || guarded.says("no rehearsal has judged it")));  // that outside of a transaction
  }
}

TEST_CASE("on an empty target, where no rehearsal is made, it is refused just so") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_drop.sql", "DROP SCHEMA drydock CASCADE;\n");
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 3);
  CHECK(ran.says("drydock's own record"));
}

// A process that the lock beside the file does not keep out: it works on another machine, or under another name.
TEST_CASE("on SQLite a run that waited for another writer does not apply what that one has overtaken") {
  const Project project;
  project.with_pending_column();
  const auto other =
      open_database(DatabaseUrl::parse("sqlite:" + (project.folder() / "app.db").string()), {.application = "other"});
  other->begin();
  other->execute(
      "INSERT INTO drydock_history (version, part, attempt, last, state, name, kind, checksum_text, checksum_tokens, "
      "part_checksum, applied_by, seconds, tool_version, rehearsal, server_time, wal_position) SELECT '0003', part, "
      "attempt, last, state, 'other', kind, 'sha256:3', 'sha256:3', part_checksum, applied_by, seconds, tool_version, "
      "rehearsal, server_time, wal_position FROM drydock_history WHERE version = '0001'");
  Running running = project.start({"migrate", "--no-rehearsal"});
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));
  other->commit();
  const Ran ran = running.wait();
  INFO(ran.out, ran.err);
  CHECK(ran.code == 4);
  CHECK(ran.says("another process recorded migrations"));
  CHECK(project.value("SELECT count(*) FROM drydock_history WHERE version = '0002'") == "0");
  CHECK(project.value("SELECT count(*) FROM pragma_table_info('legacy') WHERE name = 'colour'") == "0");
}

}  // namespace
}  // namespace drydock
