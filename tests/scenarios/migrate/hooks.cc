// Commands of the user's around an apply: what they are told, what stops a run, and what does not.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

// Hooks that keep what they read, and end as they are told.
void with_hooks(const Project& project, const std::string& before = "0", const std::string& after = "0") {
  project.write("drydock.toml", "[hooks]\nbefore_migrate = \"cat > before.json; echo from before; exit " + before +
                                    "\"\nafter_migrate = \"cat > after.json; exit " + after + "\"\n");
}

nlohmann::json told(const Project& project, const std::string& hook) {
  const std::string file = hook + ".json";
  REQUIRE(std::filesystem::exists(project.folder() / file));
  nlohmann::json document = nlohmann::json::parse(project.read(file));
  std::filesystem::remove(project.folder() / file);
  return document;
}

bool ran(const Project& project, const std::string& hook) {
  return std::filesystem::exists(project.folder() / (hook + ".json"));
}

TEST_CASE("both hooks get the plan, and standard output stays one document") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    with_hooks(project);
    const Ran migrated = project.drydock({"migrate", "--json"});
    INFO(migrated.out, migrated.err);
    CHECK(migrated.code == 0);
    CHECK(nlohmann::json::parse(migrated.out).at("result") == "applied");
    CHECK(migrated.err.find("from before") != std::string::npos);
    const nlohmann::json before = told(project, "before"), after = told(project, "after");
    for (const nlohmann::json& document : {before, after}) {
      CHECK(document.at("schema") == "drydock.plan/1");
      CHECK(document.at("environment") == "development");
      CHECK(document.at("database") == nlohmann::json::parse(migrated.out).at("database"));
      CHECK(document.at("migrations").at(0).at("version") == "0002");
      CHECK(document.at("migrations").at(0).at("parts").at(0).at("statements").size() == 1);
    }
    CHECK(before.at("hook") == "before_migrate");
    CHECK_FALSE(before.contains("result"));
    CHECK(after.at("result") == "applied");
    CHECK(after.at("exit_code") == 0);
    CHECK(after.at("applied") == nlohmann::json{"0002"});
    CHECK(project.drydock({"migrate"}).code == 0);
    CHECK_FALSE(ran(project, "before"));
    CHECK_FALSE(ran(project, "after"));
  }
}

TEST_CASE("a before_migrate that fails stops the run, and nothing is changed") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    with_hooks(project, "3");
    const Ran stopped = project.drydock({"migrate"});
    INFO(stopped.out, stopped.err);
    CHECK(stopped.code == 1);
    CHECK(stopped.says("the hook before_migrate ended with exit 3; nothing was changed in"));
    CHECK(project.drydock({"status", "--check"}).code == 9);
    CHECK(told(project, "after").at("result") == "failed");
    // Nor is a new database made or stamped.
    const Project empty(kind);
    empty.write("migrations/0001_t.sql", "CREATE TABLE t (id integer);\n");
    with_hooks(empty, "1");
    CHECK(empty.drydock({"migrate"}).code == 1);
    CHECK((kind == Project::Kind::sqlite ? !std::filesystem::exists(empty.folder() / "app.db")
                                         : empty.value("SELECT to_regnamespace('drydock')::text") == "NULL"));
  }
}

TEST_CASE("after_migrate runs also where the rehearsal rejects, and where the target fails") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    with_hooks(project);
    CHECK(project.drydock({"migrate"}).code == 3);
    CHECK_FALSE(ran(project, "before"));
    const nlohmann::json after = told(project, "after");
    CHECK(after.at("result") == "refused");
    CHECK(after.at("exit_code") == 3);
    CHECK(after.at("applied").empty());

    const Project empty(kind);
    empty.write("migrations/0001_t.sql", "CREATE TABLE t (id integer);\n");
    empty.write("migrations/0002_fails.sql", "INSERT INTO missing VALUES (1);\n");
    with_hooks(empty);
    CHECK(empty.drydock({"migrate"}).code == 8);
    CHECK(ran(empty, "before"));
    const nlohmann::json failed = told(empty, "after");
    CHECK(failed.at("result") == "failed");
    CHECK(failed.at("exit_code") == 8);
    CHECK(failed.at("applied") == nlohmann::json{"0001"});
  }
}

TEST_CASE("an after_migrate that fails is told, and takes nothing back") {
  const Project project;
  project.with_pending_column();
  with_hooks(project, "0", "4");
  const Ran migrated = project.drydock({"migrate", "--json"});
  CHECK(migrated.code == 1);
  CHECK(nlohmann::json::parse(migrated.out).at("result") == "applied");
  CHECK(migrated.says("the hook after_migrate ended with exit 4"));
  CHECK(project.drydock({"status", "--check"}).code == 0);
}

TEST_CASE("a row of words is run without a shell, and a hook need not read") {
  const Project project;
  project.with_pending_column();
  project.write("drydock.toml", "[hooks]\nbefore_migrate = [\"touch\", \"$HOME; x\"]\nafter_migrate = \"true\"\n");
  const Ran migrated = project.drydock({"migrate"});
  INFO(migrated.out, migrated.err);
  CHECK(migrated.code == 0);
  CHECK(std::filesystem::exists(project.folder() / "$HOME; x"));
}

TEST_CASE("a hook that cannot be one is an error with its line") {
  for (const char* hook : {"3", "\"\"", "[]", "[\"a\", 3]", "[\"\"]"}) {
    const Project project;
    project.write("drydock.toml", std::string("[hooks]\nbefore_migrate = ") + hook + "\n");
    const Ran status = project.drydock({"status"});
    INFO(hook, status.err);
    CHECK(status.code == 2);
    CHECK(status.says("drydock.toml:2: hooks.before_migrate must be"));
  }
}

}  // namespace
}  // namespace drydock
