// node-pg-migrate's folder of SQL files.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

TEST_CASE("node-pg-migrate's files are ordered by the time of their prefix, in milliseconds or in UTC") {
  FormatFolder folder("node-pg-migrate");
  folder.with("1700000000000_b.sql", "-- Up Migration\nselect 1;\n-- Down Migration\nselect 2;\n");
  folder.with("20200101000000000_a.sql").with("20300101000000000_c.sql").with("notes.md");
  CHECK(folder.lines() == Lines{"20200101000000000 a 20200101000000000_a.sql", "1700000000000 b 1700000000000_b.sql",
                                "20300101000000000 c 20300101000000000_c.sql"});
  CHECK(folder.read()[1].recorded_as == "1700000000000_b");
}

TEST_CASE("The up part of a file runs and its down part takes it back") {
  struct Row {
    const char* text;
    const char* up;
    const char* down;  // nullptr: none
  };
  const Row rows[] = {
      {"-- Up Migration\nselect 1;\n\n-- Down Migration\nselect 2;\n", "-- Up Migration\nselect 1;\n\n",
       "\n\n\n-- Down Migration\nselect 2;\n"},
      {"-- note\n  --- up   MIGRATION x\nselect 1;\n", "\n  --- up   MIGRATION x\nselect 1;\n", nullptr},
      {"-- Down Migration\nselect 2;\n-- Up Migration\nselect 1;\n", "\n\n-- Up Migration\nselect 1;\n",
       "-- Down Migration\nselect 2;\n"},
      {"select 1; -- Down Migration\n", "select 1; -- Down Migration\n", nullptr},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("node-pg-migrate");
    const auto files = folder.with("1700000000000_a.sql", row.text).read();
    CHECK(files[0].text == row.up);
    CHECK(files[0].undo.has_value() == (row.down != nullptr));
    if (row.down != nullptr) CHECK(*files[0].undo->text == row.down);
  }
}

TEST_CASE("node-pg-migrate's folder is told by a file with both markers, and by nothing less") {
  const auto detected = [](const char* text) {
    FormatFolder folder("native");
    return folder.with("0001_a.sql", text).detected();
  };
  CHECK(detected("-- Up Migration\n-- Down Migration\n") == "node-pg-migrate");
  CHECK(detected("-- Up Migration\nselect 1;\n") == "native");
  CHECK(detected("select 1; -- Up Migration\n-- Down Migration\n") == "native");
}

TEST_CASE("Migrations in code, and a down part without an up part, are refused by name") {
  FormatFolder folder("node-pg-migrate");
  CHECK(folder.with("1_a.sql").with("2_b.js").with("3_c.ts").refuses("cannot be run here: 2_b.js, 3_c.ts"));
  FormatFolder down("node-pg-migrate");
  CHECK(down.with("1_a.sql", "select 1;\n-- Down Migration\n").refuses("1_a.sql:2: has a down part"));
}

TEST_CASE("A new migration of node-pg-migrate's has both markers and a prefix of the width of the others") {
  FormatFolder folder("node-pg-migrate");
  const auto file = folder.with("9999999999998_a.sql").format().next_files(folder.read(), "Add posts")[0];
  CHECK(file.file == "9999999999999_add-posts.sql");
  CHECK(file.text == "-- Up Migration\n\n-- Down Migration\n");
  CHECK(folder.format().next_files({}, "x")[0].file.size() == std::string("1700000000000_x.sql").size());
}
