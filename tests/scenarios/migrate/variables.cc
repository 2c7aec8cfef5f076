// ${NAME} in drydock.toml, and the file .env: what a setting becomes, and that no password in either is shown.
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

void with_database(const Project& project, const std::string& text) {
  project.write("drydock.toml", "[environments.development]\ndatabase = \"" + text + "\"\n");
}

TEST_CASE("a variable stands for its value in drydock.toml") {
  struct Case {
    std::string written, value, becomes;
  };
  for (const Case& each : {Case{"sqlite:${WHERE}.db", "app", "sqlite:app.db"},
                           {"${WHERE}", "sqlite:app.db", "sqlite:app.db"},
                           {"sqlite:${NOWHERE:-other}.db", "app", "sqlite:other.db"},
                           {"sqlite:${WHERE:-other}.db", "app", "sqlite:app.db"},
                           {"sqlite:${WHERE:-other}.db", "", "sqlite:other.db"},
                           {"sqlite:$${WHERE}.db", "app", "sqlite:${WHERE}.db"},
                           {"sqlite:$WHERE.db", "app", "sqlite:$WHERE.db"}}) {
    const Project project;
    with_database(project, each.written);
    INFO(each.written);
    CHECK(database_of(project.without_database({"status", "--json"}, {{"WHERE", each.value}})) == each.becomes);
  }
}

TEST_CASE("a variable that is not set is an error with its key, for the environment that is asked for alone") {
  const Project project;
  project.write("drydock.toml",
                "[environments.development]\ndatabase = \"sqlite:app.db\"\n"
                "[environments.production]\ndatabase = \"sqlite:${NOWHERE}.db\"\n"
                "[environments.staging]\ndatabase = \"sqlite:app.db\"\nshadow = \"${NOWHERE}\"\n");
  CHECK(project.without_database({"status"}).code == 0);
  const Ran production = project.without_database({"status", "--environment", "production"});
  CHECK(production.code == 2);
  CHECK(production.says("drydock.toml:4: environments.production.database: the variable NOWHERE is not set"));
  CHECK(project.drydock({"status", "--environment", "production"}).code == 0);
  const Ran staging = project.drydock({"status", "--environment", "staging"});
  CHECK(staging.code == 2);
  CHECK(staging.says("drydock.toml:7: environments.staging.shadow: "));

  project.write("drydock.toml", "migrations = \"${NOWHERE}\"\n");
  CHECK(project.drydock({"status"}).says("drydock.toml:1: migrations: the variable NOWHERE is not set"));
  project.write("drydock.toml", "migrations = \"${NOWHERE\"\n");
  CHECK(project.drydock({"status"}).says("${ is opened and never closed"));
  project.write("drydock.toml", "migrations = \"${NO WHERE}\"\n");
  CHECK(project.drydock({"status"}).code == 2);
}

TEST_CASE(".env stands between the environment and drydock.toml") {
  const Project project;
  const std::vector<std::string> status = {"status", "--json"};
  with_database(project, "sqlite:file${SUFFIX}.db");
  project.write(".env", "SUFFIX=1\n");
  CHECK(database_of(project.without_database(status)) == "sqlite:file1.db");
  CHECK(database_of(project.without_database(status, {{"SUFFIX", "2"}})) == "sqlite:file2.db");
  project.write(".env", "DATABASE_URL=sqlite:env.db\nDRYDOCK_ENVIRONMENT=test\n");
  CHECK(database_of(project.without_database(status)) == "sqlite:env.db");
  CHECK(nlohmann::json::parse(project.without_database(status).out).at("environment") == "test");
  CHECK(database_of(project.without_database(status, {{"DATABASE_URL", "sqlite:real.db"}})) == "sqlite:real.db");
  CHECK(database_of(project.without_database({"status", "--json", "--database", "sqlite:flag.db"})) ==
        "sqlite:flag.db");
  // An empty one of the environment says that there is none.
  project.write(".env", "DATABASE_URL=sqlite:env.db\nSUFFIX=1\n");
  CHECK(database_of(project.without_database(status, {{"DATABASE_URL", ""}, {"SUFFIX", ""}})) == "sqlite:file.db");
}

TEST_CASE("a line of .env is read as other tools read it") {
  for (const char* line :
       {"DATABASE_URL=sqlite:app.db", "  DATABASE_URL = sqlite:app.db  ", "export DATABASE_URL=sqlite:app.db\r",
        "DATABASE_URL='sqlite:app.db' # ours", "DATABASE_URL=\"sqlite:app.db\"", "DATABASE_URL=sqlite:app.db # ours",
        "\xEF\xBB\xBF\n# a comment\nDATABASE_URL=\"sqlite:\\x\"\nKEY=\"two\nlines\"\nDATABASE_URL=sqlite:app.db",
        "DATABASE_URL=\"sqlite:\\\"\\\\\"\nDATABASE_URL=sqlite:app.db"}) {
    const Project project;
    project.write(".env", line);
    INFO(line);
    CHECK(database_of(project.without_database({"status", "--json"})) == "sqlite:app.db");
  }
  const Project project;
  project.write(".env", "DATABASE_URL='sqlite:a#b \"c\\n.db'\n");
  CHECK(database_of(project.without_database({"status", "--json"})) == "sqlite:a#b \"c\\n.db");
}

TEST_CASE("a line of .env that cannot be read is an error with its number, and is not repeated") {
  for (const char* text :
       {"A=1\nsecret", "A=1\nsecret: x", "A=1\n=secret", "A=1\nB='secret\n\n", "A=1\nB='x' secret"}) {
    const Project project;
    project.write(".env", text);
    const Ran ran = project.drydock({"status"});
    INFO(text, ran.out, ran.err);
    CHECK(ran.code == 2);
    CHECK(ran.says(".env:2: "));
    CHECK_FALSE(ran.says("secret"));
  }
}

TEST_CASE("a folder of the name .env is none of drydock's business") {
  const Project project;
  project.write(".env/bin/python", "");
  CHECK(project.drydock({"status"}).code == 0);
}

TEST_CASE("a password of .env gets to the server, whatever it is made of, and is never shown") {
  const Project project(Project::Kind::postgres);
  const std::string host = project.url().substr(project.url().find("?host=")),
                    name = project.url().substr(23, project.url().find('?') - 23);
  project.sql("DROP ROLE IF EXISTS with_password; CREATE ROLE with_password LOGIN PASSWORD 'p@ss/w:%3f#rd'");
  project.sql("GRANT ALL ON SCHEMA public TO with_password");
  project.sql("GRANT CREATE ON DATABASE \"" + name + "\" TO with_password");
  with_database(project, "postgresql://with_password:${DB_PASSWORD}@/" + name + host);
  project.write("migrations/0001_t.sql", "CREATE TABLE t (id int);\n");
  for (const char* password : {"p%40ss%2Fw%3A%253f%23rd", "p@ss/w:%253f#rd", "wrong:p@ssw0rd"}) {
    project.write(".env", std::string("DB_PASSWORD='") + password + "'\n");
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"migrate", "--log-level", "trace"}, {"status", "--json"}, {"migrate", "--json"}}) {
      const Ran ran = project.without_database(words);
      INFO(words.front(), ran.out, ran.err);
      CHECK(ran.code == (std::string(password).starts_with("wrong") ? 1 : 0));
      for (const char* part : {"p@ss", "ss/w", "p%40", "wrong", "ssw0rd"}) CHECK_FALSE(ran.says(part));
    }
  }
}

}  // namespace
}  // namespace drydock
