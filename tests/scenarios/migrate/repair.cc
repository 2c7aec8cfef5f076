// Where a message names a repair, the command is typed as the message has it, and migrate goes on.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

#include "fixtures/project.h"

namespace drydock {
namespace {

// The words of the command `drydock repair ... OPTION` that a message holds.
std::vector<std::string> repair_named_in(const Ran& ran, const std::string& option) {
  const std::string said = ran.out + ran.err;
  std::smatch found;
  REQUIRE(std::regex_search(said, found, std::regex("`drydock (repair [^`]*" + option + ")`")));
  std::istringstream stream(found[1].str());
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

void check_code(const Ran& ran, int code) {
  INFO(ran.out, ran.err);
  CHECK(ran.code == code);
}

std::string history_of(const Project& project) {
  return project.kind() == Project::Kind::sqlite ? "drydock_history" : "drydock.history";
}

// Conflict, the command that the message names, and migrate again.
void check_repaired_by(const Project& project, const std::string& option) {
  const Ran conflict = project.drydock({"migrate"});
  check_code(conflict, 4);
  const std::string rows = project.value("SELECT count(*) FROM " + history_of(project));
  check_code(project.drydock(repair_named_in(conflict, option)), 0);
  CHECK(project.value("SELECT count(*) FROM " + history_of(project)) == std::to_string(std::stoi(rows) + 1));
  CHECK(project.value("SELECT rehearsal FROM " + history_of(project) + " WHERE kind = 'repair'") == "repair " + option);
  check_code(project.drydock({"migrate"}), 0);
  check_code(project.drydock({"status", "--check"}), 0);
}

TEST_CASE("a changed file is accepted by the command that the conflict names") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_first.sql", "CREATE TABLE first (id integer PRIMARY KEY);\n");
    check_code(project.drydock({"migrate"}), 0);
    project.write("migrations/0001_first.sql", "CREATE TABLE first (id integer PRIMARY KEY, name text);\n");
    project.write("migrations/0002_second.sql", "CREATE TABLE second (id integer PRIMARY KEY);\n");
    check_repaired_by(project, "--accept-change");
    CHECK(project.has_table("second"));
    check_code(project.drydock({"repair", "1", "--accept-change"}), 4);
  }
}

TEST_CASE("a version that is out of order is marked as applied by the command that the conflict names") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0003_third.sql", "CREATE TABLE third (id integer PRIMARY KEY);\n");
    check_code(project.drydock({"migrate"}), 0);
    project.write("migrations/0002_second.sql", "CREATE TABLE third (id integer PRIMARY KEY);\n");
    check_repaired_by(project, "--mark-applied");
  }
}

TEST_CASE("a half applied version whose beginning was changed is marked by the command that the conflict names") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    const std::string end = "COMMIT;\nBEGIN;\nINSERT INTO missing VALUES (1);\n";
    project.write("migrations/0001_halves.sql", "CREATE TABLE half (id integer PRIMARY KEY);\n" + end);
    check_code(project.drydock({"migrate"}), 8);
    CHECK(project.has_table("half"));
    project.write("migrations/0001_halves.sql", "CREATE TABLE half (id bigint PRIMARY KEY);\n" + end);
    check_repaired_by(project, "--mark-applied");
  }
}

// The record as a run leaves it that is killed in a statement outside a transaction whose outcome nobody can look up.
void with_unknown_outcome(const Project& project) {
  project.sql("CREATE TABLE log (entry integer); INSERT INTO log VALUES (0)");
  project.write("migrations/0001_alone.sql",
                "-- drydock:transaction none\nINSERT INTO log VALUES (1);\nCLUSTER;\nINSERT INTO log VALUES (3);\n");
  check_code(project.drydock({"migrate"}), 0);
  project.sql("DELETE FROM drydock.history WHERE part = 2 OR (part = 1 AND state = 'applied')");
  project.sql("DELETE FROM log WHERE entry = 3");
}

TEST_CASE("a part whose outcome is unknown is marked or forgotten alone, and what stands behind it in the file runs") {
  for (const std::string option : {"--mark-applied", "--forget-failure"}) {
    const Project project(Project::Kind::postgres);
    with_unknown_outcome(project);
    check_repaired_by(project, option);
    CHECK(project.value("SELECT string_agg(entry::text, ',' ORDER BY entry) FROM log") == "0,1,3");
    // Only what was forgotten ran again.
    CHECK(project.value("SELECT count(*) FROM drydock.history WHERE part = 1 AND state = 'started'") ==
          (option == "--forget-failure" ? "2" : "1"));
  }
}

TEST_CASE("where the database tells how a part ended, that is recorded, whatever was asked for") {
  const Project project(Project::Kind::postgres);
  project.sql("CREATE TABLE log (entry integer)");
  project.write("migrations/0001_index.sql", "CREATE INDEX CONCURRENTLY log_entry ON log (entry);\n");
  check_code(project.drydock({"migrate"}), 0);
  project.sql("DELETE FROM drydock.history WHERE state = 'applied'");
  const Ran ran = project.drydock(repair_named_in(project.drydock({"status"}), "--forget-failure"));
  check_code(ran, 0);
  CHECK(ran.says("itself tells how 0001 ended"));
  CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
}

TEST_CASE("a pending baseline is never marked as applied, on an empty database and on one that holds its objects") {
  for (const Project::Kind kind : both_kinds)
    for (const bool holds_objects : {false, true}) {
      const Project project(kind);
      project.write("migrations/0001_first.sql", "CREATE TABLE first (id integer PRIMARY KEY);\n");
      check_code(project.drydock({"squash", "--through", "1"}), 0);
      project.sql("CREATE TABLE first (id integer PRIMARY KEY)");
      if (!holds_objects) project.sql("DROP TABLE first");
      const Ran ran = project.drydock({"repair", "0001", "--mark-applied"});
      INFO(holds_objects);
      check_code(ran, 4);
      CHECK(ran.says("decided by the recorded versions alone"));
      check_code(project.drydock({"migrate"}), holds_objects ? 4 : 0);
    }
}

TEST_CASE("repair takes one correction, of a version that is there, on the database that is meant") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    check_code(project.drydock({"repair", "0002"}), 2);
    check_code(project.drydock({"repair", "--mark-applied"}), 2);
    check_code(project.drydock({"repair", "0002", "--mark-applied", "--forget-failure"}), 2);
    check_code(project.drydock({"repair", "0009", "--mark-applied"}), 2);
    check_code(project.drydock({"repair", "0001", "--mark-applied"}), 4);
    check_code(project.drydock({"repair", "0002", "--forget-failure"}), 4);
    check_code(project.drydock({"repair", "0002", "--mark-applied", "--environment", "production"}), 5);
    const Ran ran = project.drydock({"repair", "2", "--mark-applied", "--json"});
    check_code(ran, 0);
    const auto document = nlohmann::json::parse(ran.out);
    CHECK(document.at("schema") == "drydock.repair/1");
    CHECK(document.at("version") == "0002");
    CHECK(document.at("correction") == "mark-applied");
    CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
  }
}

}  // namespace
}  // namespace drydock
