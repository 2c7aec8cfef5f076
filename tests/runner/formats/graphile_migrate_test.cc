// graphile-migrate's folder: committed files with a chain of hashes.
#include <doctest/doctest.h>

#include <regex>

#include "runner/formats/format_folder.h"

using namespace drydock;

namespace {

// The hashes are those that graphile-migrate computes of these texts.
constexpr const char* first_hash = "sha1:42d573d5e881e52c4db4b8d53c7b1fe60d48fef0";
constexpr const char* second_hash = "sha1:3eca992554ce81741c64dc4dfd6991cdc325523a";
constexpr const char* third_hash = "sha1:8d1bfe9441eb17ba3da2a1fd6ca3d65cd8443f3c";

std::string committed(const std::string& previous, const std::string& hash, const std::string& body) {
  return "--! Previous: " + previous + "\n--! Hash: " + hash + "\n--! Message: a note\n\n" + body;
}

void fill(FormatFolder& folder) {
  folder.with("committed/000001.sql", committed("-", first_hash, "create table a (id int);\n"));
  folder.with("committed/000002-index.sql",
              committed(first_hash, second_hash, "--! no-transaction\ncreate index concurrently i on a (id);\n"));
}

}  // namespace

TEST_CASE("graphile-migrate's committed files run in the order of their numbers") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  CHECK(folder.detected() == "graphile-migrate");
  CHECK(folder.lines() == Lines{"000001 000001 committed/000001.sql", "000002 index committed/000002-index.sql"});
  CHECK(folder.read()[1].recorded_as == "000002.sql");
  CHECK(folder.read()[0].text == "\n\n\n\ncreate table a (id int);\n");
  CHECK_FALSE(folder.read()[0].transaction_none);
  CHECK(folder.read()[1].transaction_none);
  CHECK(folder.detected("committed") == "graphile-migrate");
  CHECK(folder.lines("committed")[0] == "000001 000001 000001.sql");
}

TEST_CASE("A committed file that was changed, or does not follow the one before it, is refused") {
  FormatFolder changed("graphile-migrate");
  fill(changed);
  changed.with("committed/000001.sql", committed("-", first_hash, "create table b (id int);\n"));
  CHECK(changed.refuses("committed/000001.sql:2: is not what was committed"));
  changed.with("committed/000001.sql", "--! Previous: -\n--! Hash: " + std::string(first_hash) +
                                           "\n--! AllowInvalidHash\n\ncreate table b (id int);\n");
  CHECK(changed.error().empty());
  std::filesystem::remove(changed.path() / "committed/000001.sql");
  CHECK(changed.refuses("committed/000002-index.sql:1: does not follow"));
  CHECK(changed.with("committed/000002-index.sql", "--! Previous: -\nselect 1;\n").refuses("has no line `--! Hash"));
}

TEST_CASE("Placeholders come from .gmrc and the environment; one without a value is refused") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  folder.with("committed/000003.sql",
              committed(second_hash, third_hash, "grant all on database :DATABASE_NAME to :ROLE;\n"));
  CHECK(folder.refuses("committed/000003.sql:5: holds the placeholder :DATABASE_NAME"));
  folder.where("DATABASE_NAME", "app").with(".gmrc", "{\n// a note\n\"placeholders\": {\":ROLE\": \"visitor\"}}\n");
  CHECK(folder.read()[2].text == "\n\n\n\ngrant all on database app to visitor;\n");
}

TEST_CASE("What .gmrc sets for the session is set in front of the first statement, on its line") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  folder.with("committed/000002-index.sql", "--! Previous: " + std::string(first_hash) + "\n--! Hash: " + second_hash +
                                                "\n--! AllowInvalidHash\n\n-- drydock:lock-timeout 2s\n\nselect 1;\n");
  const char* settings = R"({"pgSettings": {"search_path": "App_public, \"Two\", public", "app.limit": 3}})";
  folder.with(".gmrc", settings);
  CHECK(folder.read()[0].text ==
        "\n\n\n\nSET \"app\".\"limit\" = '3'; SET \"search_path\" = 'app_public', 'Two', 'public'; "
        "create table a (id int);\n");
  CHECK(folder.read()[1].text.starts_with("\n\n\n\n-- drydock:lock-timeout 2s\n\nSET "));
  folder.with(".gmrc", R"({"pgSettings": {"search_path": true}})");
  CHECK(folder.refuses("search_path in pgSettings is neither"));
}

TEST_CASE("Settings in JavaScript are not read, and said") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  CHECK(folder.format().remarks(folder.path()).empty());
  folder.with(".gmrc.js", "module.exports = {};\n");
  REQUIRE(folder.format().remarks(folder.path()).size() == 1);
  CHECK(folder.format().remarks(folder.path())[0].find("are not read") != std::string::npos);
}

TEST_CASE("Work that is not committed is not run, and said") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  CHECK(folder.with("current.sql", "-- Enter migration here\n").format().remarks(folder.path()).empty());
  CHECK(folder.with("current/1-current.sql", "/* nothing */\n").format().remarks(folder.path()).empty());
  CHECK(folder.with("current/1-current.sql", "drop table a;\n").format().remarks(folder.path()).size() == 1);
  CHECK(folder.with("current.sql", "drop table a;\n").format().remarks(folder.path()).size() == 1);
  CHECK(folder.read().size() == 2);
}

TEST_CASE("A new migration of graphile-migrate's follows the last one and can be read") {
  FormatFolder folder("graphile-migrate");
  fill(folder);
  const auto file = folder.format().next_files(folder.read(), "Add posts")[0];
  CHECK(file.file == "committed/000003-add-posts.sql");
  CHECK(folder.with(file.file, file.text + "select 1;\n").read().size() == 3);

  // The tool refuses a file that says its sum may be wrong where it is right.
  const std::string strict = std::regex_replace(file.text, std::regex("--! AllowInvalidHash\n"), "");
  CHECK_THROWS_AS(folder.with(file.file, strict).read(), MigrationError);
}
