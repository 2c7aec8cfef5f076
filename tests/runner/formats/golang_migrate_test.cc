// Folders of golang-migrate's and of sqlx's: pairs of files.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("golang-migrate: numbers need no common width, and an undo is that of its version") {
  FormatFolder folder("golang-migrate");
  folder.with("10_ten.up.sql").with("9_nine.up.sql").with("009_renamed.down.sql", "drop table nine;\n");
  folder.with("201701261850_minute.up.sql").with("11_.up.sql").with("README.md");
  CHECK(folder.recognised() == "golang-migrate");
  CHECK(folder.listing() == "9 nine (9), 10 ten (10), 11  (11), 201701261850 minute (201701261850)");
  const std::vector<MigrationFile> files = folder.read();
  REQUIRE(files[0].undo.has_value());
  CHECK(files[0].undo->file == "009_renamed.down.sql");
  CHECK(files[0].undo->path == folder.path() / "009_renamed.down.sql");
  CHECK_FALSE(files[1].undo.has_value());
}

TEST_CASE("golang-migrate: what does not fit is refused by name") {
  const char* files[] = {"2_b.down.sql", "01_twin.up.sql", "seed.sql", "2_b.sql", "2_b.up.pgsql", "01_a.down.sql"};
  for (const char* file : files) {
    CAPTURE(file);
    FormatFolder folder("golang-migrate");
    folder.with("1_a.up.sql").with("1_a.down.sql").with(file);
    CHECK(contains(folder.error(), file));
  }
}

TEST_CASE("golang-migrate: the next files are a pair") {
  FormatFolder folder("golang-migrate");
  folder.with("000009_a.up.sql");
  CHECK(folder.next("Add it") == std::vector<std::string>{"000010_add_it.up.sql", "000010_add_it.down.sql"});
}

TEST_CASE("sqlx: simple files and pairs in one folder, and its word for no transaction") {
  FormatFolder folder("sqlx");
  folder.with("1_a.sql").with("2_b.up.sql", "-- no-transaction\nvacuum;\n").with("2_b.down.sql");
  folder.with("3_[2.0.0]_c d.sql", "\n-- no-transaction\n");
  CHECK(folder.recognised() == "sqlx");
  CHECK(folder.listing() == "1 a (1), 2 b (2), 3 [2.0.0]_c d (3)");
  const std::vector<MigrationFile> files = folder.read();
  CHECK_FALSE(files[0].transaction_none);
  CHECK(files[1].transaction_none);
  CHECK(files[1].undo->file == "2_b.down.sql");
  CHECK_FALSE(files[2].transaction_none);
  CHECK(contains(folder.with("x_y.sql").error(), "x_y.sql"));
}

TEST_CASE("sqlx: a folder of pairs is its by what lies beside it") {
  FormatFolder folder("sqlx");
  folder.with("1_a.up.sql").with("1_a.down.sql");
  CHECK(folder.recognised() == "golang-migrate");
  folder.with("../Cargo.toml", "[dependencies]\nsqlx = { version = \"0.8\" }\n");
  CHECK(folder.recognised() == "sqlx");
  CHECK(folder.next("b") == std::vector<std::string>{"2_b.up.sql", "2_b.down.sql"});
}

TEST_CASE("sqlx: a folder of simple files is drydock's own, where the word for no transaction counts as well") {
  FormatFolder folder("");
  folder.with("../Cargo.toml", "sqlx = \"0.8\"\n").with("0001_a.sql", "-- no-transaction\nvacuum;\n");
  CHECK(folder.recognised() == "native");
  CHECK(folder.read().front().transaction_none);
  folder.with("0002_scale.up.sql").with("0001_a.undo.sql");
  CHECK(folder.recognised() == "native");
}
