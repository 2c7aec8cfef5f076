// Rails' db/structure.sql as a baseline.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

namespace {

constexpr const char* structure =
    "CREATE TABLE public.users (id bigint);\n\nINSERT INTO \"schema_migrations\" (version) VALUES\n"
    "('20240102000000'),\n('20240101000000');\n\n";

}  // namespace

TEST_CASE("structure.sql is a baseline for the versions that it lists") {
  FormatFolder folder("rails");
  folder.with("db/structure.sql", structure).with("db/migrate/20240101000000_create_users.rb", "");
  for (const char* below : {"db", "db/migrate"}) {
    CAPTURE(below);
    CHECK(folder.detected(below) == "rails");
    const auto files = folder.read(below);
    REQUIRE(files.size() == 1);
    CHECK(files[0].kind == MigrationKind::baseline);
    CHECK(files[0].version.text() == "20240102000000");
    CHECK(files[0].text == structure);
    REQUIRE(files[0].baseline->replaces.size() == 2);
    CHECK(files[0].baseline->replaces[0].label() == "20240101000000_create_users");
    CHECK(files[0].baseline->replaces[1].label() == "20240102000000_migration");
  }
}

TEST_CASE("Migrations in Ruby that structure.sql does not hold are refused by name") {
  FormatFolder folder("rails");
  folder.with("structure.sql", structure).with("migrate/20240103000000_late.rb", "");
  CHECK(folder.refuses("structure.sql does not hold them: 20240103000000_late.rb"));
  FormatFolder none("rails");
  CHECK(none.with("structure.sql", "select 1;\n").refuses("holds no list of versions"));
  CHECK(none.detected() == "native");
}
