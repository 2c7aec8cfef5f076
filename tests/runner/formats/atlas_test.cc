// Atlas' folder: sums, directives and checkpoints.
#include <doctest/doctest.h>

#include "runner/formats/atlas.h"
#include "runner/formats/digest.h"
#include "runner/formats/format_folder.h"

using namespace drydock;

namespace {

using Files = std::vector<std::pair<std::string, std::string>>;

// With the atlas.sum that belongs to the files. REQUIRES: they are in the order of their names.
void fill(FormatFolder& folder, const Files& files) {
  RunningSha256 running, whole;
  std::string lines;
  for (const auto& [name, text] : files) {
    folder.with(name, text);
    running.add(name);
    if (is_left_out_of_the_sum(text)) continue;
    running.add(text);
    whole.add(name);
    whole.add(running.base64());
    lines += name + " h1:" + running.base64() + "\n";
  }
  folder.with("atlas.sum", "h1:" + whole.base64() + "\n" + lines);
}

constexpr const char* table_a = "create table a (id int);\n";
constexpr const char* table_b = "create table b (id int);\n";

}  // namespace

TEST_CASE("Atlas' files run in the order of their names' bytes, where atlas.sum is theirs") {
  FormatFolder folder("atlas");
  folder.with("1.sql", table_a).with("2_b.sql", table_b);
  folder.with("atlas.sum",
              "h1:7yXwmh9cIaYlyvFXqrLfCxXzSE4WWKB6O6XXerKj2eM=\n"
              "1.sql h1:ZHys/lw2lopWJ4SecE/6r7n1cficZgWOFqzR1Vcs5zU=\n"
              "2_b.sql h1:WIdytuA4JBF0reFS036R46wDyvFVre0WEPndAJhe6rE=\n");
  CHECK(folder.detected() == "atlas");
  CHECK(folder.lines() == Lines{"1 1 1.sql", "2 b 2_b.sql"});
  CHECK(folder.read()[1].recorded_checksum == "WIdytuA4JBF0reFS036R46wDyvFVre0WEPndAJhe6rE=");
  CHECK(folder.with("2_b.sql", "create table c (id int);\n").refuses("2_b.sql: is not the file that was summed"));
  CHECK(folder.with("2_b.sql", table_b).with("3_c.sql").refuses("3_c.sql: is not in atlas.sum"));
  FormatFolder widths("atlas");
  fill(widths, {{"10_b.sql", table_b}, {"9_a.sql", table_a}});
  CHECK(widths.lines() == Lines{"10 b 10_b.sql", "9 a 9_a.sql"});
}

TEST_CASE("What atlas.sum says and the folder does not hold is refused") {
  FormatFolder folder("atlas");
  fill(folder, {{"1_a.sql", table_a}, {"2_b.sql", table_b}});
  std::filesystem::remove(folder.path() / "2_b.sql");
  CHECK(folder.refuses("2_b.sql: is in atlas.sum and not in the folder"));
  std::filesystem::remove(folder.path() / "atlas.sum");
  CHECK(folder.refuses("holds no atlas.sum"));
  FormatFolder edited("atlas");
  fill(edited, {{"1_a.sql", table_a}});
  CHECK(edited.with("atlas.sum", "h1:AAAA\n1_a.sql h1:BBBB\n").refuses("not the sum of the others"));
}

TEST_CASE("A file that Atlas keeps out of its sums is read all the same") {
  FormatFolder folder("atlas");
  fill(folder, {{"1_a.sql", "-- atlas:sum ignore\n\ncreate table a (id int);\n"}, {"2_b.sql", table_b}});
  CHECK(folder.lines() == Lines{"1 a 1_a.sql", "2 b 2_b.sql"});
}

TEST_CASE("Atlas' directives count in the comment that opens the file and has an empty line behind it") {
  struct Row {
    const char* text;
    bool transaction_none;
  };
  const Row rows[] = {
      {"-- atlas:txmode none\n\nselect 1;\n", true},
      {"-- a note\n-- atlas:txmode none\n-- atlas:nolint\n\nselect 1;\n", true},
      {"-- atlas:txmode file\n\nselect 1;\n", false},
      {"-- atlas:txmode none\nselect 1;\n", false},
      {"select 1;\n-- atlas:txmode none\n\n", false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("atlas");
    fill(folder, {{"1_a.sql", row.text}});
    CHECK(folder.read()[0].transaction_none == row.transaction_none);
  }
}

TEST_CASE("Statements that end at a delimiter of their own end at a semicolon, on the lines that they have") {
  FormatFolder folder("atlas");
  fill(folder, {{"1_a.sql", "-- atlas:delimiter \\n\\n\\n\n\nselect 'a\n\n\nb'\n\n\nselect 2\n\n\n"},
                {"2_b.sql", "-- atlas:delimiter -- end\n\nselect 1\n-- end\nselect 2\n-- end\n"}});
  CHECK(folder.read()[0].text == "-- atlas:delimiter \\n\\n\\n\n\nselect 'a\n\n\nb';\n\n\nselect 2;\n\n\n");
  CHECK(folder.read()[1].text == "-- atlas:delimiter -- end\n\nselect 1\n;\nselect 2\n;\n");
}

TEST_CASE("The sections of an archive are what runs and what takes it back; checks are refused") {
  FormatFolder folder("atlas");
  fill(folder, {{"1_a.sql", "-- atlas:txtar\n\n-- migration.sql --\nselect 1;\n-- down.sql --\nselect 2;\n"}});
  CHECK(folder.read()[0].text == "\n\n\nselect 1;\n");
  CHECK(*folder.read()[0].undo->text == "\n\n\n\n\nselect 2;\n");
  FormatFolder checks("atlas");
  fill(checks, {{"1_a.sql", "-- atlas:txtar\n\n-- checks.sql --\nselect true;\n-- migration.sql --\nselect 1;\n"}});
  CHECK(checks.refuses("1_a.sql:3: holds the section checks.sql"));
}

TEST_CASE("A checkpoint is a baseline that replaces the files before it, which are its originals") {
  FormatFolder folder("atlas");
  fill(folder, {{"1_a.sql", table_a},
                {"2_b.sql", table_b},
                {"3_all.sql", "-- atlas:checkpoint v1\n\ncreate table a (id int);\ncreate table b (id int);\n"},
                {"4_c.sql", "create table c (id int);\n"}});
  CHECK(folder.lines() == Lines{"2 all 3_all.sql", "4 c 4_c.sql"});
  const MigrationFile checkpoint = folder.read()[0];
  CHECK(checkpoint.kind == MigrationKind::baseline);
  CHECK(checkpoint.recorded_as == "3");
  REQUIRE(checkpoint.baseline);
  REQUIRE(checkpoint.baseline->replaces.size() == 2);
  CHECK(checkpoint.baseline->replaces[0].label() == "1_a");
  const auto originals = folder.format().read_squashed(folder.path());
  REQUIRE(originals.size() == 2);
  CHECK(originals[1].text_checksum == checkpoint.baseline->replaces[1].checksum);
}
