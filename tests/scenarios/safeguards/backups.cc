// Backups as users make them, checked by the real command: each kind is restored and counted, each broken one refused
// for its own reason.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

std::string program(const std::string& name) {
  return (fixtures::PostgresServer::instance().binaries() / name).string();
}

std::string dump(const Project& project, const std::string& options) {
  return program("pg_dump") + " " + options + " '" + project.url() + "'";
}

// Production: two tables with ten rows each, and an id that drydock.toml expects.
void fill(const Project& project) {
  project.write("migrations/0001_shop.sql",
                "CREATE TABLE users (id integer PRIMARY KEY, name text);\n"
                "CREATE TABLE orders (id integer PRIMARY KEY, made_at timestamp, due date);\n");
  REQUIRE(project.drydock({"migrate", "--environment", "production"}).code == 0);
  for (int id = 1; id <= 10; ++id) {
    const std::string number = std::to_string(id);
    project.sql("INSERT INTO users VALUES (" + number + ", 'somebody')");
    project.sql("INSERT INTO orders VALUES (" + number + ", '2024-03-0" + std::to_string(1 + id % 9) +
                " 12:00:00', '2999-01-01')");
  }
  REQUIRE(project.drydock({"init", "--environment", "production"}).code == 0);
}

Ran check(const Project& project, const std::string& file, std::vector<std::string> more = {}) {
  std::vector<std::string> words{"backup", "check", file, "--environment", "production"};
  words.insert(words.end(), more.begin(), more.end());
  return project.drydock(words);
}

void refused(const Project& project, const std::string& file, const std::string& reason,
             std::vector<std::string> more = {}) {
  const Ran ran = check(project, file, std::move(more));
  INFO(file, "\n", ran.out, ran.err);
  CHECK(ran.code == 7);
  CHECK(ran.says(reason));
}

void proved(const Project& project, const std::string& file) {
  const Ran ran = check(project, file, {"--json"});
  INFO(file, "\n", ran.out, ran.err);
  REQUIRE(ran.code == 0);
  const Json report = Json::parse(ran.out);
  CHECK(report["schema"] == "drydock.backup/1");
  CHECK(report["result"] == "proved");
  CHECK(report["tables"] == 2);
  CHECK(report["rows"] == 20);
  CHECK(report["newest"] == "2024-03-09T12:00:00Z");
  CHECK(report["contents"].size() == 2);
}

struct KindOfBackup {
  const char* file;
  std::function<void(const Project&)> make;
};

void base_backup(const Project& project, const std::string& options) {
  const std::string directory = fixtures::PostgresServer::instance().directory().string();
  project.shell(program("pg_basebackup") + " -U postgres -h " + directory + " --checkpoint=fast " + options);
}

const std::vector<KindOfBackup>& postgres_kinds() {
  static const std::vector<KindOfBackup> kinds = {
      {"custom.dump", [](const Project& project) { project.shell(dump(project, "-Fc -f custom.dump")); }},
      {"directory.dump", [](const Project& project) { project.shell(dump(project, "-Fd -f directory.dump")); }},
      {"tar.dump", [](const Project& project) { project.shell(dump(project, "-Ft -f tar.dump")); }},
      {"plain.sql", [](const Project& project) { project.shell(dump(project, "-f plain.sql")); }},
      {"inserts.sql",
       [](const Project& project) { project.shell(dump(project, "--create --clean --inserts -f inserts.sql")); }},
      {"plain.sql.gz", [](const Project& project) { project.shell(dump(project, "-Z 6 -f plain.sql.gz")); }},
      {"base", [](const Project& project) { base_backup(project, "-D base"); }},
      {"tape", [](const Project& project) { base_backup(project, "-D tape -Ft -z"); }},
  };
  return kinds;
}

TEST_CASE("each kind of PostgreSQL's backups is restored, counted and recorded as proved") {
  const Project project(Project::Kind::postgres);
  fill(project);
  CHECK_FALSE(project.drydock({"status", "--environment", "production"}).says("proved backup"));
  for (const KindOfBackup& kind : postgres_kinds()) {
    kind.make(project);
    proved(project, kind.file);
  }
  CHECK(project.value("SELECT count(*) FROM drydock.backup_evidence") == std::to_string(postgres_kinds().size()));
  CHECK(project.drydock({"status", "--environment", "production"}).says("last proved backup: "));
  const Json record = Json::parse(project.read("drydock-backups.json"));
  CHECK(record["checks"].size() == postgres_kinds().size());
}

TEST_CASE("a SQLite file and a dump of one are restored, counted and recorded as proved") {
  const Project project;
  fill(project);
  project.shell("cp app.db copy.db && sqlite3 app.db .dump > dump.sql && gzip -k dump.sql");
  const std::string before = project.read("copy.db");
  for (const char* file : {"copy.db", "dump.sql", "dump.sql.gz"}) proved(project, file);
  CHECK(project.read("copy.db") == before);
  CHECK_FALSE(fs::exists(project.folder() / "copy.db-shm"));
  CHECK(project.value("SELECT count(*) FROM drydock_backup_evidence") == "3");
}

TEST_CASE("a backup is never written to, and a server is never started on it") {
  const Project project(Project::Kind::postgres);
  fill(project);
  base_backup(project, "-D base");
  project.shell("find base -printf '%p %s %T@ %u\\n' | sort > before");
  proved(project, "base");
  project.shell("find base -printf '%p %s %T@ %u\\n' | sort > after");
  CHECK(project.read("before") == project.read("after"));
}

TEST_CASE("eight broken backups of PostgreSQL are refused, each for its own reason, and none is recorded") {
  const Project project(Project::Kind::postgres), other(Project::Kind::postgres), empty(Project::Kind::postgres);
  fill(project);
  fill(other);
  project.shell(dump(project, "-Fc -f whole.dump"));
  project.shell(dump(project, "-f whole.sql"));
  project.shell(dump(empty, "-Fc -f empty.dump"));
  project.shell(dump(other, "-Fc -f other.dump"));
  project.shell(dump(project, "-Fc -T public.users -f partial.dump"));
  project.shell(dump(project, "-Fc -N drydock -f unstamped.dump"));
  project.shell("head -c 6000 whole.dump > cut.dump && head -c 2500 whole.sql > cut.sql");
  project.shell("echo 'this is no backup' > letter.txt && : > nothing.dump");
  project.shell("cp whole.dump newer.dump && printf '\\001\\377' | dd of=newer.dump bs=1 seek=5 conv=notrunc");
  base_backup(project, "-D base");
  project.shell("cp -a base newer && echo 99 > newer/PG_VERSION && cp -a base torn && rm torn/global/pg_filenode.map");

  refused(project, "empty.dump", "holds no table: it is the backup of an empty instance");
  refused(project, "cut.dump", "cut short");
  refused(project, "cut.sql", "cut short");
  refused(project, "torn", "cut short or damaged");
  refused(project, "other.dump", "it is of another database: it carries the id");
  refused(project, "unstamped.dump", "it carries no stamp");
  refused(project, "whole.dump", "old, and 0 s are allowed", {"--max-age", "1ms"});
  refused(project, "letter.txt", "is not a backup that drydock can read");
  refused(project, "nothing.dump", "is an empty file");
  refused(project, "missing.dump", "there is no backup to read at");
  refused(project, "newer.dump", "made by a newer pg_dump");
  refused(project, "newer", "comes from PostgreSQL 99");
  CHECK(project.value("SELECT to_regclass('drydock.backup_evidence') IS NULL") == "t");

  proved(project, "whole.dump");
  refused(project, "partial.dump", "table public.users (10 rows then) is missing");
  project.sql("DELETE FROM orders WHERE id > 3; DELETE FROM users WHERE id > 3");
  project.shell(dump(project, "-Fc -f half.dump"));
  refused(project, "half.dump", "holds 6 rows, less than 90% of the 20 rows");
  CHECK(project.value("SELECT count(*) FROM drydock.backup_evidence") == "1");
  CHECK(check(project, "half.dump", {"--accept-changes"}).code == 0);
}

TEST_CASE("broken backups of SQLite are refused, each for its own reason") {
  const Project project, other;
  fill(project);
  fill(other);
  project.shell("cp app.db whole.db && sqlite3 app.db .dump > whole.sql && sqlite3 empty.db 'CREATE TABLE t (id int)'");
  project.shell("cp " + (other.folder() / "app.db").string() + " other.db && head -c 8192 app.db > cut.db");
  project.shell("head -n 5 whole.sql > cut.sql && cp app.db newer.db");
  project.shell("printf '\\011' | dd of=newer.db bs=1 seek=19 conv=notrunc");
  project.shell("cp app.db partial.db && sqlite3 partial.db 'DROP TABLE users'");
  proved(project, "whole.db");
  refused(project, "empty.db", "holds no row in 1 table");
  refused(project, "cut.db", "cut short or damaged");
  refused(project, "cut.sql", "cut short");
  refused(project, "other.db", "it is of another database");
  refused(project, "newer.db", "newer version of SQLite");
  refused(project, "partial.db", "table users (10 rows then) is missing");
}

TEST_CASE("the first check is compared with the database itself") {
  const Project project(Project::Kind::postgres);
  fill(project);
  project.shell(dump(project, "-Fc -T public.users -f partial.dump"));
  refused(project, "partial.dump", "table public.users (10 rows then) is missing");
}

TEST_CASE("a table that a migration dropped with a consent may be missing from the next backup") {
  const Project project;
  fill(project);
  project.shell("cp app.db before.db");
  proved(project, "before.db");
  project.write("migrations/0002_drop.sql",
                "-- drydock:consent table-dropped users reason=\"kept elsewhere\"\nDROP TABLE users;\n");
  REQUIRE(project.drydock({"migrate", "--environment", "production"}).code == 0);
  project.shell("cp app.db after.db");
  const Ran ran = check(project, "after.db");
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
}

TEST_CASE("event triggers, subscriptions and the roles of a dump do nothing and stop nothing") {
  const Project project(Project::Kind::postgres);
  fill(project);
  project.sql(
      "CREATE FUNCTION no() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN\n  RAISE 'no';\nEND $$;\n"
      "DROP ROLE IF EXISTS backup_reader; CREATE ROLE backup_reader; GRANT SELECT ON users TO backup_reader;\n"
      "CREATE POLICY own ON users TO backup_reader USING (name = current_user);\n"
      "CREATE SUBSCRIPTION far CONNECTION 'host=/nowhere dbname=x' PUBLICATION p WITH (connect = false);\n"
      "CREATE EVENT TRIGGER no ON ddl_command_start EXECUTE FUNCTION no()");
  for (const char* options : {"-Fc -f with.dump", "-f with.sql"}) {
    project.shell(dump(project, options));
    proved(project, std::string(options).substr(std::string(options).rfind(' ') + 1));
  }
  project.sql(
      "SET session_replication_role = replica; DROP EVENT TRIGGER no; ALTER SUBSCRIPTION far SET (slot_name = NONE)");
  project.sql("DROP SUBSCRIPTION far");
}

}  // namespace
}  // namespace drydock
