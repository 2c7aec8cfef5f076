#include "runner/migration/baseline.h"

#include <doctest/doctest.h>

#include "runner/sql/splitter.h"

namespace drydock {
namespace {

std::string hash(char digit) { return "sha256:" + std::string(64, digit); }

std::string squash_line(const std::string& through, const std::string& migrations) {
  return "-- drydock:squash through=" + through + " migrations=" + migrations + " schema=" + hash('a') +
         " data=" + hash('b') + "\n";
}

std::string replaces(const std::string& version, char digit = '1') {
  return "-- drydock:replaces " + version + " " + hash(digit) + " m" + version + "\n";
}

BaselineHeader two_versions() {
  BaselineHeader header;
  header.through = Version("0002");
  header.schema_hash = hash('a');
  header.data_hash = hash('b');
  header.replaces = {{Version("0001"), hash('1'), "create_users"}, {Version("0002"), hash('2'), "add a colour"}};
  return header;
}

TEST_CASE("What is composed is read back, with and without its optional lines.") {
  BaselineHeader header = two_versions();
  CHECK(read_baseline_header(compose(header)) == header);
  header.proved_on = "PostgreSQL 15.18";
  header.upgrade_hint = "run \"0002\" at night, it rewrites users";
  const std::string text = compose(header) + "\nCREATE TABLE users (id integer);\n";
  CHECK(text.find("-- drydock:upgrade-hint \"run \"\"0002\"\" at night") != std::string::npos);
  CHECK(read_baseline_header(text) == header);
}

TEST_CASE("A file is a baseline by its first line alone.") {
  CHECK(is_baseline("-- drydock:squash through=1"));
  CHECK(is_baseline("  --   drydock:squash\tthrough=1\nSELECT 1;"));
  for (const char* text : {"", "SELECT 1;", "\n-- drydock:squash through=1", "-- drydock:squashed through=1",
                           "-- drydock: squash", "/* -- drydock:squash */", "-- drydock:replaces 1"}) {
    CAPTURE(text);
    CHECK_FALSE(is_baseline(text));
    CHECK_FALSE(read_baseline_header(text));
  }
}

TEST_CASE("Comments, blank lines and other directives may stand between the lines of the header.") {
  const std::string text = squash_line("2", "2") + "\n-- a remark\n" + replaces("1") +
                           "  -- drydock:lock-timeout 2s\n" + replaces("2") + "CREATE TABLE t (id int);\n";
  CHECK(read_baseline_header(text).value().replaces.size() == 2);
  CHECK(baseline_header_lines(text) == 6);
}

TEST_CASE("A header that does not fit is refused with its line.") {
  struct Case {
    std::string text;
    int line;
    std::string says;
  };
  const Case cases[] = {
      {squash_line("2", "3") + replaces("1") + replaces("2"), 1, "migrations=3 and lists 2"},
      {squash_line("2", "0"), 1, "lists 0"},
      {squash_line("3", "2") + replaces("1") + replaces("2"), 1,
       "through=3 and the last version that it replaces is 2"},
      {squash_line("2", "2") + replaces("1") + "SELECT 1;\n" + replaces("2"), 1, "lists 1"},
      {squash_line("2", "2") + replaces("2") + replaces("02"), 3, "version 02 is replaced twice"},
      {squash_line("2", "2") + replaces("2") + replaces("1"), 3, "version 1 stands behind 2"},
      {squash_line("1", "1") + replaces("1", 'G'), 2, "the checksum of version 1"},
      {squash_line("1", "1") + replaces("1", 'A'), 2, "the checksum of version 1"},
      {squash_line("1", "1") + "-- drydock:replaces x " + hash('1') + " name\n", 2, "a replaced version is digits"},
      {squash_line("1", "1") + "-- drydock:replaces 1 " + hash('1') + "\n", 2, "the name of version 1 is missing"},
      {squash_line("1", "1") + squash_line("1", "1"), 2, "in its first line"},
      {squash_line("x", "1"), 1, "through= is digits"},
      {squash_line("1", "one"), 1, "migrations= is digits"},
      {"-- drydock:squash through=1 migrations=1 data=" + hash('1'), 1, "needs the field schema="},
      {"-- drydock:squash through=1 through=1", 1, "through= is given twice"},
      {"-- drydock:squash through=1 schema=md5:1", 1, "schema= is sha256:"},
      {"-- drydock:squash force=cascade", 1, "no field \"force\""},
      {squash_line("1", "1") + replaces("1") + "-- drydock:proved-on\n", 3, "names a server"},
      {squash_line("1", "1") + replaces("1") + "-- drydock:upgrade-hint now\n", 3, "in double quotes"},
      {squash_line("1", "1") + replaces("1") + "-- drydock:upgrade-hint \"a\"b\"\n", 3, "written twice"},
      {squash_line("1", "1") + replaces("1") + "-- drydock:upgrade-hint \"\"\n", 3, "is empty"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.text);
    try {
      read_baseline_header(each.text);
      FAIL("was read");
    } catch (const SqlTextError& error) {
      CHECK(error.line == each.line);
      CAPTURE(error.what());
      CHECK(std::string(error.what()).find(each.says) != std::string::npos);
    }
  }
}

TEST_CASE("A replaced version agrees with a record of its tokens, of its text, or of neither.") {
  const ReplacedVersion replaced{Version("1"), hash('1'), "a"};
  CHECK(replaced.agrees_with({.text = hash('9'), .tokens = hash('1')}));
  CHECK(replaced.agrees_with({.text = hash('1'), .tokens = hash('9')}));
  CHECK(replaced.agrees_with({}));
  CHECK_FALSE(replaced.agrees_with({.text = hash('9'), .tokens = hash('8')}));
  CHECK_FALSE(replaced.agrees_with({.text = hash('9'), .tokens = {}}));
}

TEST_CASE("A version is found by its number, whatever its spelling.") {
  const BaselineHeader header = two_versions();
  REQUIRE(header.find(Version("2")));
  CHECK(header.find(Version("2"))->name == "add a colour");
  CHECK_FALSE(header.find(Version("3")));
}

TEST_CASE("A baseline replaces another one when it has all of its versions with their checksums.") {
  BaselineHeader newer = two_versions(), older = two_versions();
  older.replaces.pop_back();
  CHECK(newer.replaces_all_of(older));
  CHECK_FALSE(older.replaces_all_of(newer));
  newer.replaces[0].checksum = hash('7');
  CHECK_FALSE(newer.replaces_all_of(older));
}

TEST_CASE("The history keeps the replaced versions as lines.") {
  const std::vector<ReplacedVersion> replaced = two_versions().replaces;
  CHECK(read_replaced(compose_replaced(replaced)) == replaced);
  CHECK(read_replaced("").empty());
  CHECK_THROWS(read_replaced("0001 create_users\n"));
}

}  // namespace
}  // namespace drydock
