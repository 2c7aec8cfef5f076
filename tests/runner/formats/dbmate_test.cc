// A folder of dbmate's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;
using fixtures::RefusedFile;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* both = "-- migrate:up\nselect 1;\n-- migrate:down\nselect 2;\n";

}  // namespace

TEST_CASE("dbmate: the sections keep their lines") {
  FormatFolder folder("dbmate");
  folder.with("20240101000000_a.sql",
              "-- why\n\n--  migrate:up transaction:false\nvacuum;\n-- migrate:down\nselect 2;\n");
  folder.with("20240102000000.sql", both);
  CHECK(folder.recognised() == "dbmate");
  CHECK(folder.listing() == "20240101000000 a (20240101000000), 20240102000000  (20240102000000)");
  const MigrationFile file = folder.read().front();
  CHECK(file.text == "\n\n\nvacuum;\n");
  CHECK(file.transaction_none);
  CHECK(*file.undo->text == "\n\n\n\n\nselect 2;\n");
  CHECK_FALSE(file.undo->transaction_none);
}

TEST_CASE("dbmate: versions of several widths are ordered by the names of their files") {
  FormatFolder folder("dbmate");
  folder.with("9_nine.sql", both).with("10_ten.sql", both).with("2_two.sql", both);
  CHECK(folder.listing() == "10 ten (10), 2 two (2), 9 nine (9)");
  CHECK(folder.read().front().version < folder.read().back().version);
  CHECK(folder.read().front().version.has_place());
  CHECK(contains(folder.with("09_twin.sql", both).error(), "have the same version 9"));
}

TEST_CASE("dbmate: each of several pairs of sections is a transaction of its own") {
  FormatFolder folder("dbmate");
  folder.with("1_a.sql", std::string(both) + "-- migrate:up transaction:false\nvacuum;\n-- migrate:down\nselect 4;\n");
  const MigrationFile file = folder.read().front();
  CHECK(file.text == "BEGIN;\nselect 1;\nCOMMIT;\n\n\nvacuum;\n");
  CHECK(file.transaction_none);
  CHECK(*file.undo->text == "\n\nBEGIN;\nselect 2;\nCOMMIT;\n\nBEGIN;\nselect 4;\nCOMMIT;\n");
}

TEST_CASE("dbmate: what it could not read is refused with its line") {
  const RefusedFile rows[] = {
      {"1_a.sql", "select 1;\n", "1_a.sql:1: this stands before -- migrate:up"},
      {"1_a.sql", "-- nothing\n", "1_a.sql: the line -- migrate:up is missing"},
      {"1_a.sql", "-- migrate:up\n", "1_a.sql:1: -- migrate:up has no -- migrate:down"},
      {"1_a.sql", "-- migrate:down\n", "1_a.sql:1: -- migrate:down has no -- migrate:up"},
      {"1_a.sql", "-- migrate:up\n-- migrate:down\n-- migrate:down\n", "1_a.sql:3: "},
      {"1_a.sql", "-- migrate:up\n-- migrate:up\n-- migrate:down\n", "1_a.sql:1: "},
      {"1_a.sql", "-- migrate:up retries:3\n-- migrate:down\n", "unknown option of dbmate: retries:3"},
      {"seed.sql", both, "seed.sql"},
  };
  for (const RefusedFile& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("dbmate");
    CHECK(contains(folder.with(row.file, row.text).error(), row.says));
  }
}

TEST_CASE("dbmate: the next file stands behind all others in the order of the names") {
  struct Row {
    std::vector<const char*> existing;
    const char* next;
  };
  const Row rows[] = {{{"20990101000000_a.sql"}, "20990101000001_add_it.sql"},
                      {{"01_a.sql", "02_b.sql"}, "03_add_it.sql"},
                      {{"10_a.sql", "8_b.sql"}, "9_add_it.sql"},
                      {{"10_a.sql", "100_b.sql"}, "11_add_it.sql"}};
  for (const Row& row : rows) {
    CAPTURE(row.next);
    FormatFolder folder("dbmate");
    for (const char* file : row.existing) folder.with(file, both);
    CHECK(folder.next("Add it") == std::vector<std::string>{row.next});
  }
  FormatFolder folder("dbmate");
  folder.with("10_a.sql", both).with("9_b.sql", both);
  CHECK_THROWS_AS(folder.next("Add it"), MigrationError);
}
