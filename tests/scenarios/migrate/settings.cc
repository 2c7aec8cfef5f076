// Where a setting comes from: the flag, else the variable, else drydock.toml, else the default.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

std::string database_of(const Ran& ran) {
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
  return nlohmann::json::parse(ran.out).at("database");
}

TEST_CASE("the database comes from the flag, DRYDOCK_DATABASE, DATABASE_URL, then the file") {
  const Project project;
  const std::vector<std::string> status = {"status", "--json"};
  project.write("drydock.toml", "[environments.development]\ndatabase = \"sqlite:file.db\"\n");
  CHECK(database_of(project.without_database(status)) == "sqlite:file.db");
  CHECK(database_of(project.without_database(status, {{"DATABASE_URL", "sqlite:plain.db"}})) == "sqlite:plain.db");
  const Variables both = {{"DATABASE_URL", "sqlite:plain.db"}, {"DRYDOCK_DATABASE", "sqlite:own.db"}};
  CHECK(database_of(project.without_database(status, both)) == "sqlite:own.db");
  CHECK(database_of(project.without_database({"status", "--json", "--database", "sqlite:flag.db"}, both)) ==
        "sqlite:flag.db");
}

TEST_CASE("an empty variable is as none") {
  const Project project;
  CHECK(project.without_database({"status"}, {{"DATABASE_URL", ""}}).code == 2);
}

TEST_CASE("a global option may stand before or after the command") {
  const Project project;
  const Ran before = project.without_database({"--database", "sqlite:a.db", "--json", "status"});
  CHECK(before.code == 0);
  CHECK(before.out == project.without_database({"status", "--json", "--database", "sqlite:a.db"}).out);
}

TEST_CASE("the folder and the environment come from flag, variable, file") {
  const Project project;
  for (const char* folder : {"one", "two", "three"})
    project.write(std::string(folder) + "/0001_" + folder + ".sql", "SELECT 1;\n");
  project.write("drydock.toml", "migrations = \"one\"\nenvironment = \"staging\"\n");
  CHECK(project.drydock({"status"}).says("one"));
  CHECK(project.drydock({"status"}, {{"DRYDOCK_MIGRATIONS", "two"}}).says("two"));
  CHECK(project.drydock({"status", "--migrations", "three"}, {{"DRYDOCK_MIGRATIONS", "two"}}).says("three"));
  const auto environment = [&](const std::vector<std::string>& words, const Variables& variables) {
    return nlohmann::json::parse(project.drydock(words, variables).out).at("environment");
  };
  CHECK(environment({"status", "--json"}, {}) == "staging");
  CHECK(environment({"status", "--json"}, {{"DRYDOCK_ENVIRONMENT", "test"}}) == "test");
  CHECK(environment({"status", "--json", "--environment", "qa"}, {{"DRYDOCK_ENVIRONMENT", "test"}}) == "qa");
}

TEST_CASE("where shadows lie comes from the variable, then the file") {
  const Project project;
  project.with_pending_column();
  const std::string of_file = project.folder() / "of_file", of_variable = project.folder() / "of_variable";
  project.write("drydock.toml", "shadow_directory = \"" + of_file + "\"\n");
  CHECK(project.drydock({"rehearse"}).says("lay in " + of_file + "/"));
  CHECK(project.drydock({"rehearse"}, {{"DRYDOCK_SHADOW_DIRECTORY", of_variable}}).says("lay in " + of_variable + "/"));
}

struct WrongFile {
  const char* text;
  std::string message;
};

TEST_CASE("a mistake in drydock.toml is an error with its line") {
  const std::vector<WrongFile> cases = {
      {"project = \"a\"\nprotectd = true\n", "drydock.toml:2: unknown key protectd"},
      {"\n[environments.production]\nprotectd = true\n",
       "drydock.toml:3: unknown key environments.production.protectd"},
      {"[environments.production]\nprotected = \"yes\"\n", "drydock.toml:2: environments.production.protected must be"},
      {"[environments.production]\nguard_timeout = 5\n",
       "drydock.toml:2: environments.production.guard_timeout must be"},
      {"project = 3\n", "drydock.toml:1: project must be"},
      {"environments = 3\n", "drydock.toml:1: environments must be"},
      {"project = \n", "drydock.toml:1: "},
  };
  for (const WrongFile& wrong : cases) {
    const Project project;
    project.write("drydock.toml", wrong.text);
    const Ran ran = project.drydock({"status"});
    INFO(wrong.text, "\n", ran.out, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.says(wrong.message));
  }
}

TEST_CASE("piped output holds no control characters, and --color always paints it") {
  const Project project;
  project.with_pending_loss();
  for (const char* command : {"status", "rehearse", "migrate"}) {
    const Ran plain = project.drydock({command});
    INFO(plain.out, plain.err);
    for (const std::string& text : {plain.out, plain.err}) CHECK(text.find_first_of("\033\r\b") == std::string::npos);
    CHECK(project.drydock({command, "--color", "always"}).says("\033["));
  }
}

TEST_CASE("--quiet leaves errors and what was asked for") {
  const Project project;
  project.with_pending_column();
  const Ran migrated = project.drydock({"migrate", "--quiet"});
  CHECK(migrated.code == 0);
  CHECK(migrated.out.empty());
  CHECK(migrated.err.empty());
  CHECK(project.drydock({"status", "--quiet"}).says("applied"));
}

TEST_CASE("with --json every command prints one document and nothing else") {
  const Project project;
  project.with_pending_column();
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{"status"},
                                                                                     {"plan"},
                                                                                     {"rehearse"},
                                                                                     {"migrate"},
                                                                                     {"migrate"},
                                                                                     {"rehearse"},
                                                                                     {"plan"},
                                                                                     {"new", "next"},
                                                                                     {"init"},
                                                                                     {"clean"},
                                                                                     {"version"}}) {
    std::vector<std::string> with_json = words;
    with_json.push_back("--json");
    const Ran ran = project.drydock(with_json);
    INFO(words[0], "\n", ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(ran.err.empty());
    const auto json = nlohmann::json::parse(ran.out);
    CHECK(json.at("schema").get<std::string>().starts_with("drydock."));
  }
}

TEST_CASE("migrate --json says what was applied and what allowed it") {
  const Project project;
  project.with_pending_column();
  const auto json = nlohmann::json::parse(project.drydock({"migrate", "--json"}).out);
  CHECK(json.at("schema") == "drydock.migrate/1");
  CHECK(json.at("result") == "applied");
  CHECK(json.at("applied") == nlohmann::json{"0002"});
  CHECK(json.at("rehearsal").at("verdict") == "safe");
  CHECK(json.at("restore_point").at("server_time").is_string());
  const auto again = nlohmann::json::parse(project.drydock({"migrate", "--json"}).out);
  CHECK(again.at("result") == "nothing-pending");
  CHECK(again.at("rehearsal").is_null());
}

}  // namespace
}  // namespace drydock
