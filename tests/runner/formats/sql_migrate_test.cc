// A folder of sql-migrate's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"

using namespace drydock;
using fixtures::FormatFolder;
using fixtures::RefusedFile;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

constexpr const char* up = "-- +migrate Up\nselect 1;\n";

}  // namespace

TEST_CASE("sql-migrate: a migration is known by its file's name, so that two may have one number") {
  FormatFolder folder("sql-migrate");
  folder.with("10-b.sql", up).with("9_a.sql", up).with("10-a.sql", up).with("zero.sql", up);
  CHECK(folder.recognised() == "sql-migrate");
  CHECK(folder.listing() ==
        "9_a.sql a (9_a.sql), 10-a.sql a (10-a.sql), 10-b.sql b (10-b.sql), zero.sql zero (zero.sql)");
  CHECK(folder.read()[0].version < folder.read()[1].version);
  CHECK(folder.next("Add it") == std::vector<std::string>{"11-add_it.sql"});
}

TEST_CASE("sql-migrate: the sections keep their lines, and each says for itself that it has no transaction") {
  FormatFolder folder("sql-migrate");
  folder.with("1_a.sql",
              "/* a\n licence */\n-- +migrate Up notransaction\n-- +migrate StatementBegin\nselect 1\n"
              "-- +migrate StatementEnd\n-- +migrate Down\nselect 2;\n");
  const MigrationFile file = folder.read().front();
  CHECK(file.text == "\n\n\n\nselect 1\n;\n");
  CHECK(file.transaction_none);
  CHECK(*file.undo->text == "\n\n\n\n\n\n\nselect 2;\n");
  CHECK_FALSE(file.undo->transaction_none);
}

TEST_CASE("sql-migrate: what would not be run is refused with its line") {
  const RefusedFile rows[] = {
      {"1_a.sql", "select 1;\n", "1_a.sql: the line -- +migrate Up is missing"},
      {"1_a.sql", "/* x */ select 1;\n-- +migrate Up\n", "1_a.sql:1: this stands before -- +migrate Up"},
      {"1_a.sql", "-- +migrate up\n", "unknown annotation of sql-migrate: up"},
      {"1_a.sql", "-- +migrate Up fast\n", "unknown option of sql-migrate: fast"},
      {"1_a.sql", "-- +migrate Up\n-- +migrate StatementEnd\n", "1_a.sql:2: "},
      {"1_a.SQL", up, "1_a.SQL"},
  };
  for (const RefusedFile& row : rows) {
    CAPTURE(row.text);
    FormatFolder folder("sql-migrate");
    CHECK(contains(folder.with(row.file, row.text).error(), row.says));
  }
}
