// A history is folded, and every database comes out equal, however far it had come; and what cannot be proved changes
// nothing. Drives `squash`, `schema` and `verify` as a user does.
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "fixtures/project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;

std::string dialect_of(const Project& project) {
  return project.kind() == Project::Kind::sqlite ? "sqlite" : "postgres";
}

// The real history of the example, as `migrations` and, untouched, as `originals`.
void with_example(const Project& project) {
  const fs::path example = fs::path(DRYDOCK_SOURCE_DIR) / "migrations_example" / dialect_of(project);
  for (const char* folder : {"migrations", "originals"}) fs::copy(example, project.folder() / folder);
}

void with_three(const Project& project) {
  project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);\n");
  project.write("migrations/0002_seed.sql", "INSERT INTO users VALUES (1, 'root');\n");
  project.write("migrations/0003_email.sql", "ALTER TABLE users ADD COLUMN email text;\n");
}

// Every file below the folder with its bytes, the database aside.
std::string everything_in(const Project& project) {
  std::vector<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(project.folder())) {
    const std::string name = fs::relative(entry.path(), project.folder()).string();
    files.push_back(name + "\n" + (entry.is_directory() ? "" : project.read(name)));
  }
  std::ranges::sort(files);
  std::string all;
  for (const std::string& file : files) all += file + "\n";
  return all;
}

TEST_CASE("whatever a database has applied, it comes out equal, and no row is lost") {
  for (const Project::Kind kind : both_kinds)
    for (const char* applied : {"", "3", "8", "9"}) {
      INFO("applied: ", applied);
      const Project project(kind);
      with_example(project);
      const std::string version = applied;
      if (!version.empty()) {
        REQUIRE(project.drydock({"migrate", "--to", version}).code == 0);
        project.sql("INSERT INTO members (id, email, name, joined_on) VALUES (100, 'a@x', 'Ann', '2020-01-01')");
      }
      const Ran squashed = project.drydock({"squash", "--through", "8"});
      INFO(squashed.out, squashed.err);
      REQUIRE(squashed.code == 0);
      const Ran migrated = project.drydock({"migrate"});
      INFO(migrated.out, migrated.err);
      CHECK(migrated.code == 0);
      const Ran compared = project.drydock({"schema", "diff", project.url(), "originals"});
      INFO(compared.out, compared.err);
      CHECK(compared.code == 0);
      CHECK(project.value("SELECT count(*) FROM members") == (version.empty() ? "0" : "1"));
      CHECK(project.value("SELECT count(*) FROM categories") == "5");
      CHECK(project.drydock({"status", "--check"}).code == 0);
      CHECK(project.drydock({"verify"}).code == 0);
    }
}

TEST_CASE("squash twice says that there is nothing to do, and changes no byte") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.without_database({"squash", "--through", "0002", "--dialect", dialect_of(project)}).code == 0);
    CHECK(fs::exists(project.folder() / "migrations/0002_baseline.sql"));
    CHECK(fs::exists(project.folder() / "migrations/squashed/0001_users.sql"));
    CHECK_FALSE(fs::exists(project.folder() / "migrations/0001_users.sql"));
    const std::string before = everything_in(project);
    const Ran second = project.without_database({"squash", "--through", "2", "--dialect", dialect_of(project)});
    CHECK(second.code == 0);
    CHECK(second.out == "Nothing to do: 0002_baseline.sql stands for 2 already.\n");
    CHECK(everything_in(project) == before);
  }
}

TEST_CASE("a squash of a squash lists the versions inside it") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.drydock({"squash", "--through", "2"}).code == 0);
    REQUIRE(project.drydock({"squash", "--through", "3"}).code == 0);
    const std::string text = project.read("migrations/0003_baseline.sql");
    CHECK(text.starts_with("-- drydock:squash through=0003 migrations=3 schema=sha256:"));
    for (const char* line : {"\n-- drydock:replaces 0001 sha256:", "\n-- drydock:replaces 0002 sha256:",
                             "\n-- drydock:replaces 0003 sha256:"})
      CHECK(text.find(line) != std::string::npos);
    CHECK(fs::exists(project.folder() / "migrations/squashed/0002_baseline.sql"));
    CHECK(project.drydock({"verify"}).code == 0);
    CHECK(project.drydock({"migrate"}).code == 0);
    CHECK(project.value("SELECT name FROM users") == "root");
  }
}

TEST_CASE("--dry-run and a squash that is refused leave the work tree byte for byte as it was") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    project.write("migrations/0004_varies.sql",
                  "CREATE TABLE t (a integer, at text);\nINSERT INTO t VALUES (1, CURRENT_TIMESTAMP);\n");
    const std::string before = everything_in(project);
    const std::string table = project.table("t");

    const Ran dry = project.drydock({"squash", "--through", "3", "--dry-run"});
    CHECK(dry.code == 0);
    CHECK(dry.out.starts_with("-- drydock:squash through=0003 migrations=3 schema=sha256:"));
    CHECK(dry.says("Nothing was written."));
    const Ran json = project.drydock({"squash", "--through", "3", "--dry-run", "--json"});
    const auto document = nlohmann::json::parse(json.out);
    CHECK(document.at("outcome") == "dry-run");
    CHECK(dry.out.starts_with(document.at("text").get<std::string>()));

    const Ran refused = project.drydock({"squash", "--through", "4"});
    CHECK(refused.code == 4);
    CHECK(refused.says("--accept-varying '" + table + ".at'"));
    CHECK(project.drydock({"squash", "--through", "7"}).code == 2);
    CHECK(project.drydock({"squash", "--through", "next"}).code == 2);
    CHECK(project.drydock({"squash"}).code == 2);
    CHECK(everything_in(project) == before);

    CHECK(project.drydock({"squash", "--through", "4", "--accept-varying", table + ".at"}).code == 0);
    CHECK(project.drydock({"verify"}).code == 0);
  }
}

TEST_CASE("a squash leaves no directory of its throw-away databases, wherever they lay") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    project.write("migrations/0004_varies.sql",
                  "CREATE TABLE t (a integer, at text);\nINSERT INTO t VALUES (1, CURRENT_TIMESTAMP);\n");
    fs::create_directory(project.folder() / "cache");
    const Variables cache = {{"XDG_CACHE_HOME", (project.folder() / "cache").string()}};
    const std::string place = (project.folder() / "machine/shadows").string();
    for (const std::string& settings : {std::string(), "shadow_directory = \"" + place + "\"\n"}) {
      project.write("drydock.toml", settings);
      const std::string before = everything_in(project);
      const Ran dry = project.drydock({"squash", "--through", "3", "--dry-run"}, cache);
      INFO(settings, dry.out, dry.err);
      CHECK(dry.code == 0);
      CHECK(everything_in(project) == before);
      CHECK(project.drydock({"squash", "--through", "4"}, cache).code == 4);
      CHECK(everything_in(project) == before);
    }
  }
}

TEST_CASE("verify ends with 4 for a baseline that was changed, and for a late file") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.drydock({"squash", "--through", "3"}).code == 0);
    const std::string text = project.read("migrations/0003_baseline.sql");
    std::string changed = text;
    changed.replace(changed.find("'root'"), 6, "'admin'");
    project.write("migrations/0003_baseline.sql", changed);
    const Ran ran = project.drydock({"verify"});
    CHECK(ran.code == 4);
    CHECK(ran.says(project.table("users")));
    CHECK_FALSE(ran.says("admin"));
    project.write("migrations/0003_baseline.sql", text);
    CHECK(project.drydock({"verify"}).code == 0);

    project.write("migrations/0000_late.sql", "CREATE TABLE late (id integer);\n");
    const Ran late = project.drydock({"verify"});
    CHECK(late.code == 4);
    CHECK(late.says("0000_late.sql"));
  }
}

TEST_CASE("verify holds the history of a database against the files, and only reads it") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.drydock({"migrate"}).code == 0);
    CHECK(project.drydock({"verify"}).code == 0);
    project.write("migrations/0002_seed.sql", "INSERT INTO users VALUES (1, 'toor');\n");
    CHECK(project.without_database({"verify", "--dialect", dialect_of(project)}).code == 0);
    const Ran changed = project.drydock({"verify", "--json"});
    CHECK(changed.code == 4);
    CHECK(nlohmann::json::parse(changed.out).at("complaints").size() == 1);
    CHECK(project.value("SELECT name FROM users") == "root");
  }
}

TEST_CASE("a file with a replaced version and another text is a conflict on a database without a history, too") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.drydock({"squash", "--through", "3"}).code == 0);
    project.write("migrations/0002_seed.sql", "INSERT INTO users VALUES (1, 'toor');\n");
    const Ran migrated = project.drydock({"migrate"});
    CHECK(migrated.code == 4);
    CHECK(migrated.says("0002_seed.sql has the version of 0002_seed"));
    CHECK(project.drydock({"verify"}).code == 4);
  }
}

TEST_CASE("schema diff does not compare two kinds of database") {
  const Project sqlite(Project::Kind::sqlite), postgres(Project::Kind::postgres);
  CHECK(sqlite.drydock({"migrate"}).code == 0);
  CHECK(sqlite.drydock({"schema", "diff", sqlite.url(), postgres.url()}).code == 2);
}

TEST_CASE("the originals can be forgotten, and the lines in the header stay") {
  const Project project;
  with_three(project);
  REQUIRE(project.drydock({"squash", "--through", "3", "--upgrade-hint", "see the \"manual\""}).code == 0);
  CHECK(project.drydock({"squash", "--forget", "4"}).code == 2);
  CHECK(project.drydock({"squash", "--forget", "2", "--dry-run"}).says("Would delete 2 files"));
  CHECK(project.drydock({"squash", "--forget", "2"}).says("Deleted 2 files"));
  CHECK(project.drydock({"squash", "--forget", "2"}).says("Nothing to do"));
  CHECK(fs::exists(project.folder() / "migrations/squashed/0003_email.sql"));
  CHECK(project.drydock({"squash", "--forget", "3"}).code == 0);
  CHECK_FALSE(fs::exists(project.folder() / "migrations/squashed"));
  const std::string text = project.read("migrations/0003_baseline.sql");
  CHECK(text.find("\n-- drydock:replaces 0001 ") != std::string::npos);
  CHECK(text.find("\n-- drydock:upgrade-hint \"see the \"\"manual\"\"\"\n") != std::string::npos);
  CHECK(project.drydock({"verify"}).says("its originals are gone"));
}

TEST_CASE("schema dump is the same for a database and for the folder that made it, schema diff names what differs") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    with_three(project);
    REQUIRE(project.drydock({"migrate"}).code == 0);
    const Ran dump = project.drydock({"schema", "dump"});
    CHECK(dump.code == 0);
    CHECK(dump.says(project.table("users") + ".email"));
    CHECK_FALSE(dump.says("drydock"));
    CHECK(project.drydock({"schema", "dump", "migrations"}).out == dump.out);
    const Ran equal = project.without_database({"schema", "diff", "migrations", project.url()});
    CHECK(equal.code == 0);
    CHECK(equal.out == "The schemas are equal.\n");

    project.sql("ALTER TABLE users ADD COLUMN added_by_hand text");
    const Ran differs = project.without_database({"schema", "diff", "migrations", project.url(), "--json"});
    CHECK(differs.code == 4);
    const auto document = nlohmann::json::parse(differs.out);
    CHECK(document.at("equal") == false);
    CHECK(std::ranges::any_of(document.at("differences"), [&](const auto& each) {
      return each.at("identity") == project.table("users") + ".added_by_hand" && each.at("change") == "only-in-b";
    }));
  }
}

TEST_CASE("without a database somebody has to say which kind is meant") {
  const Project project;
  with_three(project);
  for (const std::vector<std::string>& words : {std::vector<std::string>{"squash", "--through", "2"},
                                                {"schema", "diff", "migrations", "migrations"},
                                                {"verify"}}) {
    const Ran ran = project.without_database(words);
    CHECK(ran.code == 2);
    CHECK(ran.says("--dialect"));
  }
  project.write("drydock.toml", "[environments.production]\ndatabase = \"sqlite:/nowhere/app.db\"\n");
  CHECK(project.without_database({"squash", "--through", "2"}).code == 0);
  CHECK(project.without_database({"schema", "dump", "migrations"}).says("table users"));
  CHECK(project.without_database({"schema", "rename"}).code == 2);
}

}  // namespace
}  // namespace drydock
