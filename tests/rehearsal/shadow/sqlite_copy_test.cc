#include <doctest/doctest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "fixtures/temporary_directory.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock {
namespace {

namespace fs = std::filesystem;
using fixtures::TemporaryDirectory;

struct Source {
  TemporaryDirectory directory;
  DatabaseUrl url;
  CloneRequest request;

  explicit Source(const std::string& sql) : url(DatabaseUrl::parse("sqlite:" + (directory / "app.db").string())) {
    OpenOptions options;
    options.create = true;
    open_database(url, options)->execute(sql);
    request.source = request.target = url;
    request.shadow_directory = (directory / "shadows").string();
  }
  std::unique_ptr<Shadow> clone() const { return make_shadow(request, "copy"); }
  std::string refusal() const {
    try {
      clone();
    } catch (const CannotRehearse& error) {
      return error.what();
    }
    return "";
  }
};

constexpr const char* people =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO people VALUES (1, 'a'), (2, 'b');"
    "CREATE TABLE empty (id INTEGER); CREATE VIEW names AS SELECT name FROM people;"
    "CREATE TABLE drydock_history (id INTEGER); INSERT INTO drydock_history VALUES (1);";

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

std::size_t entries_in(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

TEST_CASE("A copy holds what the file holds, and both are counted without drydock's own tables") {
  Source source(people);
  auto shadow = source.clone();
  CHECK(shadow->provider() == "copy");
  CHECK(shadow->shadow_census().tables == 2);
  CHECK(shadow->shadow_census().rows == 2);
  CHECK(shadow->source_census().rows == 2);
  CHECK(shadow->source_census().bytes == shadow->shadow_census().bytes);
  CHECK(shadow->shadow_census().rows_by_table ==
        std::vector<std::pair<std::string, std::int64_t>>{{"empty", 0}, {"people", 2}});
  CHECK(shadow->database().query("SELECT name FROM people WHERE id = 2").text(0, 0) == "b");
}

TEST_CASE("What is done to the copy is not done to the file, and the copy goes with its object") {
  Source source(people);
  auto shadow = source.clone();
  shadow->database().execute("DROP TABLE people");
  CHECK(open_database(source.url)->query("SELECT count(*) FROM people").integer(0, 0) == 2);
  CHECK(fs::exists(shadow->place()));
  shadow.reset();
  CHECK(entries_in(*source.request.shadow_directory) == 0);
}

TEST_CASE("A shadow's directory is its user's alone") {
  Source source(people);
  auto shadow = source.clone();
  CHECK(mode_of(shadow->place()) == 0700);
  CHECK(mode_of(*source.request.shadow_directory) == 0711);  // others may pass, and see nothing
  for (const auto& entry : fs::directory_iterator(shadow->place())) CHECK((mode_of(entry.path()) & 077U) == 0);
}

TEST_CASE("A database in WAL mode is copied whole while a writer writes") {
  Source source(
      "PRAGMA journal_mode = wal; CREATE TABLE pairs (id INTEGER PRIMARY KEY, a INTEGER, filler TEXT);"
      "CREATE TABLE sums (id INTEGER PRIMARY KEY, total INTEGER); INSERT INTO sums VALUES (1, 0);");
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    auto database = open_database(source.url);
    while (!stop) {
      database->execute(
          "BEGIN IMMEDIATE; INSERT INTO pairs (a, filler) VALUES (1, hex(randomblob(2000)));"
          "UPDATE sums SET total = total + 1; COMMIT;");
    }
  });
  for (int i = 0; i < 10; ++i) {
    try {
      auto shadow = source.clone();
      Database& copy = shadow->database();
      CHECK(copy.query("PRAGMA integrity_check").text(0, 0) == "ok");
      CHECK(copy.query("SELECT (SELECT count(*) FROM pairs) = (SELECT total FROM sums)").integer(0, 0) == 1);
    } catch (const std::exception& error) {
      FAIL_CHECK(error.what());
    }
  }
  stop = true;
  writer.join();
}

TEST_CASE("A file that is reached through a link is copied with the log beside the file") {
  Source source(std::string("PRAGMA journal_mode = wal;") + people);
  auto writer = open_database(source.url);
  writer->execute("INSERT INTO people VALUES (3, 'c')");
  fs::create_symlink(source.directory / "app.db", source.directory / "link.db");
  source.request.source = DatabaseUrl::parse("sqlite:" + (source.directory / "link.db").string());
  CHECK(source.clone()->shadow_census().rows == 3);
}

TEST_CASE("A file that somebody holds locked cannot be rehearsed") {
  Source source(people);
  auto writer = open_database(source.url);
  writer->execute("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE");
  CHECK(source.refusal().find("locked") != std::string::npos);
  CHECK(entries_in(*source.request.shadow_directory) == 0);
}

TEST_CASE("What is no database cannot be rehearsed") {
  Source source(people);
  source.directory.write("text.db", std::string(5000, 'x'));
  source.request.source = DatabaseUrl::parse("sqlite:" + (source.directory / "text.db").string());
  CHECK(source.refusal().find("not a SQLite database") != std::string::npos);
  source.request.source = DatabaseUrl::parse("sqlite:" + (source.directory / "none.db").string());
  CHECK(source.refusal().find("there is no such file") != std::string::npos);
}

TEST_CASE("A shadow is refused inside a git work tree, and the setting is named") {
  Source source(people);
  fs::create_directories(source.directory / "project/.git");
  source.request.shadow_directory = (source.directory / "project/tmp/shadows").string();
  std::string reason = source.refusal();
  CHECK(reason.find("git work tree") != std::string::npos);
  CHECK(reason.find("shadow_directory") != std::string::npos);
  CHECK_FALSE(fs::exists(source.directory / "project/tmp"));
}

TEST_CASE("A name that is no provider's is told with those that are") {
  Source source(people);
  try {
    make_shadow(source.request, "cloud");
    FAIL("made");
  } catch (const CannotRehearse& error) {
    CHECK(std::string(error.what()).find("copy, private, server") != std::string::npos);
  }
  try {
    make_shadow(source.request, "private");
    FAIL("made");
  } catch (const CannotRehearse& error) {
    CHECK(std::string(error.what()).find("PostgreSQL") != std::string::npos);
  }
}

}  // namespace
}  // namespace drydock
