// Where somebody is told to write the undo that a migration lacks: the place that the format reads it from.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

TEST_CASE("What takes a migration back belongs where its format looks for it") {
  struct Case {
    const char *format, *file, *text, *place;
  };
  const Case cases[] = {
      {"native", "1_a.sql", "select 1;\n", "1_a.undo.sql"},
      {"golang-migrate", "1_a.up.sql", "select 1;\n", "1_a.down.sql"},
      {"sqlx", "1_[2.0]_a.up.sql", "select 1;\n", "1_[2.0]_a.down.sql"},
      {"pop", "1_a.postgres.up.sql", "select 1;\n", "1_a.postgres.down.sql"},
      {"diesel", "2024-01-01-000000_a/up.sql", "select 1;\n", "2024-01-01-000000_a/down.sql"},
      {"prisma", "20240101000000_a/migration.sql", "select 1;\n", "20240101000000_a/down.sql"},
      {"flyway", "V1_1__a.sql", "select 1;\n", "U1_1__a.sql"},
      {"flyway", "below/V1_1__a.sql", "select 1;\n", "below/U1_1__a.sql"},
      {"goose", "1_a.sql", "-- +goose Up\nselect 1;\n", "its undo section in 1_a.sql"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.file);
    FormatFolder folder(each.format);
    folder.with(each.file, each.text);
    REQUIRE(folder.read().size() == 1);
    CHECK(folder.format().undo_place(folder.read()[0]) == each.place);
    if (std::string(each.place).find(' ') != std::string::npos) continue;
    folder.with(each.place, "select 2;\n");
    REQUIRE(folder.read().size() == 1);
    REQUIRE(folder.read()[0].undo);
    CHECK(folder.read()[0].undo->file == each.place);
  }
}
