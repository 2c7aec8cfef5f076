// Prisma's folder: one folder for each migration.
#include <doctest/doctest.h>

#include "runner/formats/format_folder.h"

using namespace drydock;

TEST_CASE("Prisma's folders run in the order of their names, and are recorded by them") {
  FormatFolder folder("prisma");
  folder.with("20240102000000_add_posts/migration.sql").with("0_init/migration.sql", "create table a (id int);\n");
  folder.with("20240101000000_add_users/migration.sql").with("20240101000000_add_users/down.sql", "drop table b;\n");
  folder.with("migration_lock.toml", "provider = \"postgresql\"\n").with("schema.prisma", "").with("notes.sql");
  CHECK(folder.detected() == "prisma");
  CHECK(folder.lines() == Lines{"0 init 0_init/migration.sql",
                                "20240101000000 add_users 20240101000000_add_users/migration.sql",
                                "20240102000000 add_posts 20240102000000_add_posts/migration.sql"});
  const auto files = folder.read();
  CHECK(files[1].recorded_as == "20240101000000_add_users");
  CHECK(files[0].text == "create table a (id int);\n");
  REQUIRE(files[1].undo);
  CHECK(files[1].undo->file == "20240101000000_add_users/down.sql");
  CHECK_FALSE(files[2].undo);
}

TEST_CASE("Two of Prisma's folders with one timestamp are told apart by their whole names") {
  FormatFolder folder("prisma");
  folder.with("20240101000000_b/migration.sql").with("20240101000000_a/migration.sql");
  folder.with("20240102000000_c/migration.sql");
  CHECK(folder.lines() == Lines{"20240101000000_a a 20240101000000_a/migration.sql",
                                "20240101000000_b b 20240101000000_b/migration.sql",
                                "20240102000000 c 20240102000000_c/migration.sql"});
}

TEST_CASE("Prisma's folder is refused where it is for another database, or a file is missing") {
  FormatFolder folder("prisma");
  folder.with("20240101000000_a/migration.sql").with("migration_lock.toml", "# x\nprovider = \"sqlite\"\n");
  CHECK(folder.refuses("migration_lock.toml:2: the migrations are written for sqlite"));
  CHECK(folder.on(Dialect::sqlite).error().empty());
  CHECK(folder.with("20240102000000_b/README.md").refuses("hold no migration.sql: 20240102000000_b"));
}

TEST_CASE("A new migration of Prisma's is a folder with a timestamp") {
  FormatFolder folder("prisma");
  const auto files = folder.with("99990101000000_a/migration.sql").format().next_files(folder.read(), "Add e-mail");
  REQUIRE(files.size() == 1);
  CHECK(files[0].file == "99990101000001_add_e_mail/migration.sql");
  const auto first = folder.format().next_files({}, "x");
  CHECK(first[0].file.size() == std::string("20240101000000_x/migration.sql").size());
}

TEST_CASE("A folder of the native format is not Prisma's because of folders in it") {
  FormatFolder folder("native");
  CHECK(folder.with("0001_a.sql").with("old/migration.sql").with("squashed/0001_a.sql").detected() == "native");
}
