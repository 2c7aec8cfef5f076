// The drill, the backup that a rehearsal keeps, and the policy that asks for one.
#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const char* const toml = "[backup]\nfolder = \"backups\"\n";
const char* const policy = "[policy]\nbackup = { max_age = \"1h\", min_rows = \"90%\" }\n";
const char* const drop = "-- drydock:consent table-dropped ";

std::string drop_legacy(const Project& project) { return drop + project.table("legacy") + " reason=\"archived\"\n"; }

void back_up(const Project& project, const std::string& name) {
  fs::create_directories(project.folder() / "backups");
  const std::string folder = project.folder().string() + "/backups/";
  const std::string command = project.kind() == Project::Kind::sqlite
                                  ? "cp " + project.folder().string() + "/app.db " + folder + name
                                  : (fixtures::PostgresServer::instance().binaries() / "pg_dump").string() +
                                        " -Fc -f " + folder + name + " '" + project.url() + "'";
  REQUIRE(std::system(command.c_str()) == 0);
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.path().filename() != "drydock-backups.json") files.push_back(entry.path());
  return files;
}

TEST_CASE("a drill restores the newest backup, rehearses what is pending on it, and says what a restore costs") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_column();
    project.write("drydock.toml", toml);
    back_up(project, "older");
    back_up(project, "newer");
    fs::last_write_time(project.folder() / "backups/older",
                        fs::last_write_time(project.folder() / "backups/newer") - std::chrono::hours(1));
    const Ran ran = project.drydock({"drill", "--json"});
    INFO(ran.out, ran.err);
    REQUIRE(ran.code == 0);
    const Json report = Json::parse(ran.out);
    CHECK(report["schema"] == "drydock.drill/1");
    CHECK(report["backup"]["file"] == "backups/newer");
    CHECK(report["backup"]["rows"] == 3);
    CHECK(report["rehearsal"]["verdict"] == "safe");
    CHECK(report["rehearsal"]["plan"]["migrations"] == Json{"0002"});
    CHECK(report["lost_seconds"].is_number());

    const Ran quiet = project.drydock({"drill", "--quiet"});
    CHECK(quiet.code == 0);
    CHECK(quiet.out.starts_with("newer is proved: 1 table with 3 rows; a restore takes "));
    CHECK(quiet.out.find('\n') == quiet.out.size() - 1);
    CHECK(project.drydock({"status", "--check"}).code == 9);
    CHECK(project.drydock({"status"}).says("last proved backup: "));
  }
}

TEST_CASE("a drill whose rehearsal rejects what is pending ends with 3, and the backup is proved all the same") {
  const Project project;
  project.with_pending_loss();
  project.write("drydock.toml", toml);
  back_up(project, "last");
  const Ran ran = project.drydock({"drill"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 3);
  CHECK(ran.says("table-dropped"));
  CHECK(project.value("SELECT count(*) FROM drydock_backup_evidence") == "1");
}

TEST_CASE("that the newest backup is an empty file is not passed over for an older one") {
  const Project project;
  project.with_pending_column();
  project.write("drydock.toml", toml);
  back_up(project, "last");
  fs::last_write_time(project.folder() / "backups/last", fs::file_time_type::clock::now() - std::chrono::hours(1));
  project.write("backups/tonight", "");
  const Ran ran = project.drydock({"drill"});
  CHECK(ran.code == 7);
  CHECK(ran.says("tonight is an empty file"));
}

TEST_CASE("a folder without backups, and none that is known, are told") {
  const Project project;
  project.with_pending_column();
  CHECK(project.drydock({"drill"}).code == 2);
  fs::create_directories(project.folder() / "backups");
  const Ran ran = project.drydock({"drill", "--folder", "backups"});
  CHECK(ran.code == 7);
  CHECK(ran.says("holds none"));
}

TEST_CASE("a command fetches the newest backup into a directory that goes") {
  const Project project;
  project.with_pending_column();
  back_up(project, "last");
  project.write(
      "drydock.toml",
      "[backup]\ncommand = \"cp backups/last $DRYDOCK_BACKUP_DIRECTORY/it && echo $DRYDOCK_BACKUP_DIRECTORY > "
      "where && echo $DRYDOCK_BACKUP_DIRECTORY/it\"\n");
  const Ran ran = project.drydock({"drill"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  std::string where = project.read("where");
  where.pop_back();
  CHECK_FALSE(fs::exists(where));
  const Ran failed = project.drydock({"drill", "--command", "exit 3"});
  CHECK(failed.code == 7);
  CHECK(failed.says("ended with exit 3"));
}

TEST_CASE("a rehearsal keeps the backup that its shadow was restored from, and it is proved by that") {
  for (const Project::Kind kind : both_kinds)
    for (const char* command : {"rehearse", "migrate"}) {
      const Project project(kind);
      project.with_pending_column();
      const Ran ran = project.drydock({command, "--keep-backup", "kept"});
      INFO(command, ran.out, ran.err);
      REQUIRE(ran.code == 0);
      const std::vector<fs::path> files = files_in(project.folder() / "kept");
      REQUIRE(files.size() == 1);
      CHECK((fs::status(files[0]).permissions() & fs::perms::others_all) == fs::perms::none);
      CHECK(project.drydock({"status"}).says("last proved backup: "));
      const Ran checked = project.drydock({"backup", "check", files[0].string(), "--json"});
      INFO(checked.out, checked.err);
      REQUIRE(checked.code == 0);
      CHECK(Json::parse(checked.out)["rows"] == 3);
    }
}

TEST_CASE("a backup that would be kept inside a git work tree is refused") {
  const Project project;
  project.with_pending_column();
  fs::create_directories(project.folder() / ".git");
  const Ran ran = project.drydock({"migrate", "--keep-backup", "kept"});
  CHECK(ran.code == 7);
  CHECK(ran.says("lies inside the git work tree"));
}

TEST_CASE("a policy lets no consented loss through without fresh evidence") {
  for (const Project::Kind kind : both_kinds) {
    const Project project(kind);
    project.with_pending_loss();
    project.write("migrations/0002_drop_legacy.sql", drop_legacy(project) + "DROP TABLE legacy;\n");
    project.write("drydock.toml", policy);
    CHECK(project.drydock({"status"}).says("last proved backup: none"));
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"migrate"}, std::vector<std::string>{"migrate", "--no-rehearsal"}}) {
      const Ran ran = project.drydock(words);
      INFO(ran.out, ran.err);
      CHECK(ran.code == 7);
      CHECK(ran.says("0002 consents to a loss"));
      CHECK(ran.says("no backup of it was ever proved"));
      CHECK(project.has_table("legacy"));
    }

    back_up(project, "last");
    CHECK(project.drydock({"backup", "check", "backups/last"}).code == 0);
    CHECK(project.drydock({"migrate"}).code == 0);
    CHECK_FALSE(project.has_table("legacy"));
  }
}

TEST_CASE("evidence that is too old, or of too few rows, is none; a backup that this run keeps is fresh") {
  const Project project;
  project.with_pending_loss();
  project.write("migrations/0002_drop_legacy.sql", drop_legacy(project) + "DROP TABLE legacy;\n");
  project.write("drydock.toml", policy);
  back_up(project, "last");
  fs::last_write_time(project.folder() / "backups/last", fs::file_time_type::clock::now() - std::chrono::hours(3));
  CHECK(project.drydock({"backup", "check", "backups/last"}).code == 7);
  CHECK(project.drydock({"backup", "check", "backups/last", "--max-age", "1d"}).code == 0);
  CHECK(project.drydock({"migrate"}).says("its last proved backup is 3 h old"));

  back_up(project, "now");
  CHECK(project.drydock({"backup", "check", "backups/now"}).code == 0);
  project.sql("INSERT INTO legacy SELECT value, 'new' FROM json_each('[4, 5, 6]')");
  const Ran few = project.drydock({"migrate"});
  CHECK(few.code == 7);
  CHECK(few.says("holds 3 rows, less than 90% of the 6 rows"));
  CHECK(project.has_table("legacy"));

  const Ran kept = project.drydock({"migrate", "--keep-backup", "kept"});
  INFO(kept.out, kept.err);
  CHECK(kept.code == 0);
  CHECK_FALSE(project.has_table("legacy"));
}

TEST_CASE("a policy asks nothing of migrations without a consent, nor where no row can be lost") {
  const Project project;
  project.with_pending_column();
  project.write("drydock.toml", policy);
  CHECK(project.drydock({"migrate"}).code == 0);

  const Project empty;
  empty.write("migrations/0001_users.sql", "CREATE TABLE users (id integer);\n");
  empty.write("migrations/0002_drop.sql",
              "-- drydock:consent table-dropped users reason=\"none\"\nDROP TABLE users;\n");
  empty.write("drydock.toml", policy);
  CHECK(empty.drydock({"migrate"}).code == 0);
}

TEST_CASE("a share or a duration that is none in drydock.toml is an error with its line") {
  const Project project;
  for (const char* text :
       {"[policy]\nbackup = { min_rows = \"90\" }\n", "[policy]\nbackup = { max_age = \"soon\" }\n"}) {
    project.write("drydock.toml", text);
    const Ran ran = project.drydock({"status"});
    CHECK(ran.code == 2);
    CHECK(ran.says("drydock.toml:2: policy.backup."));
  }
}

}  // namespace
}  // namespace drydock
