// The minimums that stand in the stamp of a database: drydock.toml can tighten them, and not undercut them.
#include <doctest/doctest.h>

#include "fixtures/project.h"

using namespace drydock;

namespace {

constexpr const char* strict = "[environments.development]\nprotected = true\nrehearsal = \"required\"\n";

void with_consented_loss(const Project& project) {
  project.with_pending_loss("-- drydock:consent table-dropped " + project.table("legacy") +
                            " reason=\"nobody reads it\"\n");
}

// The toml of the day on which the policy was written; then that of the change that drops the table.
void with_policy(const Project& project, const std::string& then, const std::string& now) {
  with_consented_loss(project);
  project.write("drydock.toml", then);
  const Ran ran = project.drydock({"init", "--policy"});
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
  const std::string written = project.read("drydock.toml");
  const std::size_t id = written.find("id = \"");
  REQUIRE(id != std::string::npos);
  project.write("drydock.toml", now + written.substr(id, written.find('\n', id) + 1 - id));
}

std::string policies(const Project& project, const std::string& what) {
  return project.value("SELECT " + what + " FROM " +
                       (project.kind() == Project::Kind::postgres ? "drydock.policy" : "drydock_policy"));
}

}  // namespace

TEST_CASE("a toml that leaves a protected environment unprotected does not open --no-rehearsal") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, strict, "[environments.development]\nprotected = false\n");
    const std::string before = project.state();
    for (const char* command : {"migrate", "undo"}) {
      const Ran ran = project.drydock({command, "--no-rehearsal"});
      INFO(ran.out, ran.err);
      CHECK(ran.code == 2);
      CHECK(
          ran.says("asks for less than the policy in the stamp of the database, which counts: protected true (not "
                   "false)"));
      CHECK(ran.says("is protected: --no-rehearsal is refused"));
    }
    CHECK(project.drydock({"migrate", "--no-rehearsal", "--", "true"}).code == 2);
    CHECK(project.drydock({"reset"}).code == 5);
    CHECK(project.state() == before);
  }
}

TEST_CASE("a toml that says guard, where the stamp says required, gets a rehearsal") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, strict, "[environments.development]\nprotected = true\nrehearsal = \"guard\"\n");
    const std::string before = project.state();
    // A shadow that cannot be made: the guard alone would have gone on.
    project.write("file", "");
    const std::string shadows = "shadow_directory = \"" + (project.folder() / "file" / "below").string() + "\"\n";
    const std::string toml = project.read("drydock.toml");
    project.write("drydock.toml", shadows + toml);
    const Ran refused = project.drydock({"migrate"});
    INFO(refused.out, refused.err);
    CHECK(refused.code == 7);
    CHECK(refused.says("rehearsal required (not guard)"));
    CHECK(project.state() == before);

    project.write("drydock.toml", toml);
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.says("Cloned"));
  }
}

TEST_CASE("where the stamp asks for a receipt, a toml that says guard is refused without one, another tool's too") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, "[environments.development]\nrehearsal = \"receipt\"\n",
                "[environments.development]\nrehearsal = \"guard\"\n");
    const std::string before = project.state();
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 7);
    CHECK(ran.says("none was given"));
    CHECK(project.drydock({"migrate", "--", "true"}).code == 7);
    CHECK(project.state() == before);
  }
}

TEST_CASE("a toml without the backup policy, or without any policy at all, does not take the stamp's away") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, "[policy]\nbackup = { max_age = \"24h\", min_rows = \"90%\" }\n\n[environments.development]\n",
                "[environments.development]\n");
    const std::string before = project.state();
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 7);
    CHECK(ran.says("no backup of it was ever proved"));
    CHECK(ran.says("policy.backup.max_age 1d (not none), policy.backup.min_rows 90% (not none)"));

    std::filesystem::remove(project.folder() / "drydock.toml");
    CHECK(project.drydock({"migrate"}).code == 7);
    CHECK(project.state() == before);
    CHECK(
        project.drydock({"status"}).says("policy in the stamp: not protected, rehearsal required, backup max_age 1d"));
  }
}

TEST_CASE("init --policy tightens by itself, and loosens with its word alone, which is recorded") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, "[environments.development]\nrehearsal = \"if-possible\"\n", strict);
    const Ran same = project.drydock({"init", "--policy"});
    INFO(same.out, same.err);
    CHECK(same.code == 0);
    CHECK(same.says("not protected, rehearsal if-possible -> protected, rehearsal required"));
    CHECK(project.drydock({"init", "--policy"}).says("stays as it is"));
    CHECK(policies(project, "count(*)") == "2");

    std::string toml = project.read("drydock.toml");
    toml.replace(toml.find("required"), 8, "guard");
    project.write("drydock.toml", toml);
    const Ran refused = project.drydock({"init", "--policy"});
    CHECK(refused.code == 2);
    CHECK(refused.says("rehearsal required -> guard; the policy was not changed"));
    CHECK(policies(project, "count(*)") == "2");

    const Ran loosened = project.drydock({"init", "--policy", "--loosen"});
    CHECK(loosened.code == 0);
    CHECK(loosened.says("loosened, which is recorded: rehearsal required -> guard"));
    CHECK(policies(project, "max(loosened)") == "rehearsal required -> guard");
    CHECK(project.drydock({"migrate"}).says("No rehearsal is made"));
  }
}

TEST_CASE("a migration cannot write itself another policy") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_policy(project, strict, strict);
    const bool postgres = kind == Project::Kind::postgres;
    const std::string table = postgres ? "drydock.policy" : "drydock_policy";
    const std::string insert = "INSERT INTO " + table +
                               " (stamp, number, protected, rehearsal, loosened, written_by) VALUES (1, 2, " +
                               (postgres ? "false" : "0") + ", 'guard', '', '');\n";
    const std::string before = project.state();
    for (const std::string& text : {insert, "DROP TABLE " + table + ";\n", "DELETE FROM " + table + ";\n",
                                    "ALTER TABLE " + table + " RENAME TO elsewhere;\n"}) {
      project.write("migrations/0002_drop_legacy.sql", text);
      const Ran ran = project.drydock({"migrate"});
      INFO(text, ran.out, ran.err);
      CHECK(ran.code == 3);
      CHECK(ran.says("drydock's own"));
      CHECK(project.state() == before);
    }
  }
}

TEST_CASE("a run under which the policy is tightened stops before it changes anything") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_consented_loss(project);
    project.write("strict.toml", strict);
    project.write("drydock.toml",
                  "[hooks]\nbefore_migrate = \"/proc/$PPID/exe init --policy --config strict.toml --database '" +
                      project.url() + "'\"\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 4);
    CHECK(ran.says("was tightened since this run began"));
    CHECK(policies(project, "count(*)") == "1");
    CHECK(project.value("SELECT count(*) FROM legacy") == "3");
  }
}

TEST_CASE("a copy that is taken over begins without the policy of its original") {
  const Project project;
  with_policy(project, strict, strict);
  CHECK(project.drydock({"init", "--as-copy", "test"}).code == 0);
  const Ran ran = project.drydock({"migrate", "--environment", "test", "--no-rehearsal"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
}

TEST_CASE("--policy needs a database, and --loosen needs --policy") {
  const Project project;
  CHECK(project.without_database({"init", "--policy"}).code == 2);
  CHECK(project.drydock({"init", "--loosen"}).code == 2);
}
