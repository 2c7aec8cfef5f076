// Every error has its exit code and says what happened, what state things are in, and what to do.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/project.h"
#include "runner/database/database.h"

namespace drydock {
namespace {

const char* const users = "CREATE TABLE users (id integer PRIMARY KEY);\n";

struct WrongFolder {
  const char* what;
  std::vector<std::pair<std::string, std::string>> files;
  std::string message;
};

TEST_CASE("a folder that cannot be read as migrations ends with 2 and names the file") {
  const std::vector<WrongFolder> cases = {
      {"not UTF-8", {{"0001_a.sql", "SELECT 1;\nSELECT '\xff';\n"}}, "0001_a.sql:2"},
      {"two files of one version", {{"0001_a.sql", users}, {"01_b.sql", users}}, "01_b.sql"},
      {"unknown directive", {{"0001_a.sql", "-- drydock:consnet x\nSELECT 1;\n"}}, "0001_a.sql:1"},
      {"a name that does not fit", {{"create_users.sql", users}}, "create_users.sql"},
      {"ROLLBACK", {{"0001_a.sql", "SELECT 1;\nROLLBACK;\n"}}, "0001_a.sql:2"},
      {"a consent without a reason",
       {{"0001_a.sql", "-- drydock:consent table-dropped legacy\nSELECT 1;\n"}},
       "0001_a.sql:1"},
  };
  for (const WrongFolder& wrong : cases) {
    const Project project;
    for (const auto& [file, text] : wrong.files) project.write("migrations/" + file, text);
    for (const char* command : {"migrate", "plan", "rehearse"}) {
      const Ran ran = project.drydock({command});
      INFO(wrong.what, ": ", command, "\n", ran.out, ran.err);
      CHECK(ran.code == 2);
      CHECK(ran.says(wrong.message));
      CHECK_FALSE(std::filesystem::exists(project.folder() / "app.db"));
    }
  }
}

TEST_CASE("a missing folder ends with 2 and says which") {
  const Project project;
  const Ran ran = project.drydock({"migrate", "--migrations", "elsewhere"});
  CHECK(ran.code == 2);
  CHECK(ran.says("elsewhere"));
}

struct WrongUsage {
  std::vector<std::string> words;
  std::string message;
};

TEST_CASE("wrong usage ends with 2 and says what is right") {
  const Project project;
  const std::vector<WrongUsage> cases = {
      {{}, "--help"},
      {{"migrat"}, "--help"},
      {{"migrate", "--to", ""}, "an empty value was given"},
      {{"migrate", "--timeout", "9999999h"}, "--timeout takes a duration"},
      {{"init", "--environment", "my env\"\n[x]"}, "--environment takes a name"},
      {{"new", std::string(300, 'a')}, "say it shorter"},
      {{"migrate", "--databse", "x"}, "--databse"},
      {{"migrate"}, "no database was given"},
      {{"migrate", "--database", "oracle://db/app"}, "oracle"},
      {{"migrate", "--database", "app.db"}, "sqlite:"},
      {{"migrate", "--database", "sqlite:a.db", "--format", "cobol"}, "native"},
      {{"migrate", "--database", "sqlite:a.db", "--shadow", "moon"}, "copy"},
      {{"migrate", "--database", "sqlite:a.db", "--timeout", "soon"}, "30s"},
      {{"migrate", "--database", "sqlite:a.db", "--receipt", "r.json", "--", "sh"}, "has none"},
      {{"migrate", "--each-database", "all", "--receipt", "r.json"}, "--receipt is about one database"},
      {{"migrate", "--database", "sqlite:a.db", "--", "no-such-tool", "upgrade", "head"}, "no-such-tool"},
      {{"rehearse", "--database", "sqlite:a.db", "--"}, "behind --"},
      {{"status", "--config", "nowhere.toml"}, "nowhere.toml"},
      {{"status", "--log-level", "loud"}, "debug"},
      {{"status", "--color", "blue"}, "always"},
      {{"help", "sail"}, "sail"},
  };
  for (const WrongUsage& wrong : cases) {
    const Ran ran = project.without_database(wrong.words);
    INFO(nlohmann::json(wrong.words).dump(), "\n", ran.out, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.says(wrong.message));
    CHECK(ran.out.empty());
  }
  CHECK_FALSE(std::filesystem::exists(project.folder() / "a.db"));
}

TEST_CASE("output that cannot be written ends with 1, and a reader who went away does not") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  const std::string plan = binary() + " plan --database sqlite:app.db";
  project.shell(plan + " > /dev/full 2> said; test $? = 1");
  CHECK(project.read("said").find("could not be written") != std::string::npos);
  project.shell("mkfifo pipe; true < pipe & (" + plan + "; echo $? > code) > pipe; test $(cat code) = 0");
}

TEST_CASE("a server that refuses the connection ends with 1, says what was tried, and hides the password") {
  const Project project;
  project.write("migrations/0001_a.sql", users);
  const std::string url = "postgresql://app:hunter2@127.0.0.1:1/app";
  const Ran ran = project.without_database({"migrate", "--database", url, "--log-level", "trace"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("127.0.0.1"));
  CHECK_FALSE(ran.says("hunter2"));
}

TEST_CASE("a wrong password ends with 1 and is not repeated") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_a.sql", users);
  std::string url = project.url();
  url.replace(url.find("postgres@"), 8, "with_password:hunter2");
  const Ran ran = project.without_database({"migrate", "--database", url, "--log-level", "trace"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("with_password"));
  CHECK_FALSE(ran.says("hunter2"));
}

TEST_CASE("a SQLite file that another program keeps locked ends with 1 and says so") {
  const Project project;
  project.write("migrations/0001_a.sql", users);
  CHECK(project.drydock({"migrate"}).code == 0);
  const auto other = open_database(DatabaseUrl::parse("sqlite:" + (project.folder() / "app.db").string()));
  other->execute("BEGIN EXCLUSIVE");
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("another process holds the file"));
}

TEST_CASE("a source that is another database ends with 5, and one with another history with 7") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind), other(kind);
    project.with_pending_column();
    other.with_pending_column();
    const std::string source =
        kind == Project::Kind::postgres ? other.url() : "sqlite:" + (other.folder() / "app.db").string();
    const Ran ran = project.drydock({"rehearse", "--source", source});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 5);
    CHECK(ran.says("identity"));
  }
  const Project project;
  project.with_pending_column();
  std::filesystem::copy_file(project.folder() / "app.db", project.folder() / "lags.db");
  CHECK(project.drydock({"migrate", "--no-rehearsal"}).code == 0);
  project.write("migrations/0003_add_size.sql", "ALTER TABLE legacy ADD COLUMN size text;\n");
  const Ran ran = project.drydock({"rehearse", "--source", "sqlite:lags.db"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 7);
  CHECK(ran.says("lags behind"));
}

TEST_CASE("a PostgreSQL database that does not exist ends with 1 and says how to make it") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_a.sql", users);
  std::string url = project.url();
  const std::string name = DatabaseUrl::parse(url).database();
  url.replace(url.find(name), name.size(), "not_there");
  const Ran ran = project.without_database({"migrate", "--database", url});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("not_there"));
  CHECK(ran.says("create"));
}

TEST_CASE("a file that is no SQLite database ends with 1") {
  const Project project;
  project.write("migrations/0001_a.sql", users);
  project.write("app.db", std::string(4096, 'x'));
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("app.db"));
}

TEST_CASE("a target that is read-only ends with 1 and is left as it was") {
  const Project project(Project::Kind::postgres);
  project.write("migrations/0001_a.sql", users);
  const Ran ran = project.drydock({"migrate"}, {{"PGOPTIONS", "-c default_transaction_read_only=on"}});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 1);
  CHECK(ran.says("read-only"));
  CHECK_FALSE(project.has_table("users"));
}

TEST_CASE("a changed migration ends with 4 and shows the difference") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
    CHECK(project.drydock({"migrate"}).code == 0);
    project.write("migrations/0001_users.sql", "CREATE TABLE users (id bigint PRIMARY KEY);\n");
    const Ran ran = project.drydock({"migrate"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 4);
    CHECK(ran.says("\n-CREATE TABLE users (id integer PRIMARY KEY);\n+CREATE TABLE users (id bigint PRIMARY KEY);\n"));
    const Ran status = project.drydock({"status"});
    CHECK(status.code == 0);
    CHECK(status.says("changed"));
    CHECK(project.drydock({"status", "--check"}).code == 4);
    const auto json = nlohmann::json::parse(project.drydock({"migrate", "--json"}).out);
    CHECK(json.at("exit_code") == 4);
    CHECK(json.at("conflicts").at(0).at("version") == "0001");
  }
}

TEST_CASE("all conflicts are listed at once") {
  const Project project;
  for (const char* number : {"1", "2", "4"})
    project.write("migrations/000" + std::string(number) + "_t.sql",
                  "CREATE TABLE t" + std::string(number) + " (id int);\n");
  CHECK(project.drydock({"migrate"}).code == 0);
  project.write("migrations/0001_t.sql", "CREATE TABLE t1 (id text);\n");
  std::filesystem::remove(project.folder() / "migrations/0002_t.sql");
  project.write("migrations/0003_t.sql", "CREATE TABLE t3 (id int);\n");
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 4);
  for (const char* part : {"0001", "0002", "0003", "drydock repair"}) CHECK(ran.says(part));
  for (const char* state : {"changed", "missing", "out-of-order"}) CHECK(project.drydock({"status"}).says(state));
}

TEST_CASE("another project's database ends with 5") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  CHECK(project.drydock({"migrate"}).code == 0);
  project.write("other/0100_orders.sql", "CREATE TABLE orders (id int);\n");
  const Ran ran = project.drydock({"migrate", "--migrations", "other"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 5);
  CHECK_FALSE(project.has_table("orders"));
}

TEST_CASE("an empty file where a known database is expected is refused with 5 and not made") {
  const Project project;
  project.write("migrations/0001_users.sql", users);
  project.write("drydock.toml", "[environments.production]\nid = \"0123456789abcdef0123456789abcdef\"\n");
  const Ran ran = project.drydock({"migrate", "--environment", "production"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 5);
  CHECK(ran.says("first-deploy"));
  CHECK_FALSE(std::filesystem::exists(project.folder() / "app.db"));
}

TEST_CASE("every error is one JSON document on standard output with --json") {
  const Project project;
  project.write("migrations/0001_users.sql", "-- drydock:nonsense\n");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"migrate", "--json"}, {"plan", "--json"}, {"migrate", "--json", "--wrong"}, {"--json", "rehearse"}}) {
    const Ran ran = project.drydock(words);
    INFO(nlohmann::json(words).dump(), "\n", ran.out, ran.err);
    CHECK(ran.code == 2);
    const auto json = nlohmann::json::parse(ran.out);
    CHECK(json.at("schema") == "drydock.error/1");
    CHECK(json.at("exit_code") == 2);
    CHECK_FALSE(ran.err.empty());
  }
}

}  // namespace
}  // namespace drydock
