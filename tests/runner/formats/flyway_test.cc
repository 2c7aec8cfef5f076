// A folder of Flyway's.
#include <doctest/doctest.h>

#include "fixtures/format_folder.h"
#include "runner/formats/flyway_name.h"

using namespace drydock;
using fixtures::FormatFolder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("Flyway: versions compare part by part, and repeatable ones come last by description") {
  FormatFolder folder("flyway");
  folder.with("V1_10__ten.sql").with("V1_9__nine.sql").with("V01_02__two.SQL").with("2024/q1/V2.0__deep.sql");
  folder.with("R__b.sql").with("R__active_users.sql").with("notes.txt").with("V3.sql");
  CHECK(folder.recognised() == "flyway");
  CHECK(folder.listing() ==
        "1.2 two (01.02), 1.9 nine (1.9), 1.10 ten (1.10), 2 deep (2.0), 3  (3), R__active users active users (active "
        "users), R__b b (b)");
  CHECK(folder.read()[3].file == "2024/q1/V2.0__deep.sql");
}

TEST_CASE("Flyway: spellings of one version are one version") {
  struct Row {
    const char* file;
    const char* version;
    const char* recorded;
  };
  const Row rows[] = {{"V1__x.sql", "1", "1"},
                      {"V1.0__x.sql", "1", "1.0"},
                      {"V01__x.sql", "1", "01"},
                      {"V1_0_0__x.sql", "1", "1.0.0"},
                      {"V0__x.sql", "0", "0"},
                      {"V0.0__x.sql", "0", "0.0"},
                      {"V1.0.1__x.sql", "1.0.1", "1.0.1"},
                      {"V10__x.sql", "10", "10"}};
  for (const Row& row : rows) {
    CAPTURE(row.file);
    const auto name = parse_flyway_name(row.file);
    REQUIRE(name.has_value());
    CHECK(name->canonical_version() == row.version);
    CHECK(name->version == row.recorded);
  }
  FormatFolder folder("flyway");
  CHECK(contains(folder.with("V1__a.sql").with("V1.0__b.sql").error(), "have the same version 1"));
}

TEST_CASE("Flyway: what it would pass over or run by other means is refused by name") {
  const char* files[] = {"V1_x.sql",      "V1a__x.sql",        "V__x.sql",
                         "data.sql",      "R__.sql",           "R1__x.sql",
                         "v1__x.sql",     "beforeMigrate.sql", "afterMigrate__x.sql",
                         "V2__fill.java", "R__fill.sh",        "V2__x.sql.conf",
                         "U2__x.sql",     "V1.0__twin.sql"};
  for (const char* file : files) {
    CAPTURE(file);
    FormatFolder folder("flyway");
    folder.with("V1__fine.sql").with(file);
    CHECK(contains(folder.error(), file));
  }
}

TEST_CASE("Flyway: U takes back the version that it names") {
  FormatFolder folder("flyway");
  folder.with("V1.1__a.sql").with("U1_1__other.sql", "drop table a;\n");
  folder.with("U1_1__other.sql.conf", "executeInTransaction=false\n");
  const MigrationFile file = folder.read().front();
  REQUIRE(file.undo.has_value());
  CHECK(file.undo->file == "U1_1__other.sql");
  CHECK(*file.undo->text == "drop table a;\n");
  CHECK(file.undo->transaction_none);
  CHECK_FALSE(file.transaction_none);
}

TEST_CASE("Flyway: options beside a file are honoured or refused") {
  struct Row {
    const char* options;
    const char* says;
  };
  const Row rows[] = {{"# how\nexecuteInTransaction = false\nencoding=utf-8\nshouldExecute=true\n", ""},
                      {"encoding=ISO-8859-1\n", "V1__x.sql.conf:1: encoding is ISO-8859-1"},
                      {"\nshouldExecute=${env}==prod\n", "V1__x.sql.conf:2: shouldExecute"},
                      {"executeInTransaction=no\n", "true or false"},
                      {"retries=3\n", "unknown option retries"},
                      {"what\n", "key=value"}};
  for (const Row& row : rows) {
    CAPTURE(row.options);
    FormatFolder folder("flyway");
    folder.with("V1__x.sql").with("V1__x.sql.conf", row.options);
    CHECK(contains(folder.error(), row.says));
    if (*row.says == '\0') CHECK(folder.read().front().transaction_none);
  }
}

TEST_CASE("Flyway: placeholders are replaced wherever they stand, and an unknown one is an error with its line") {
  FormatFolder folder("flyway");
  folder.with("V1__x.sql", "-- ${Team}\nselect '${team}' from ${flyway:defaultSchema}.t; -- ${flyway:filename}\n");
  FormatContext context;
  context.placeholders = {{"TEAM", "dock"}};
  CHECK(folder.read(context).front().text == "-- dock\nselect 'dock' from public.t; -- V1__x.sql\n");
  context.dialect = Dialect::sqlite;
  CHECK(contains(folder.read(context).front().text, "from main.t"));
  context.placeholders = {{"team", "a\nb"}};
  CHECK(contains(folder.error(context), "V1__x.sql:1: "));
  CHECK(contains(folder.error(), "V1__x.sql:1: no value is given for the placeholder ${Team}"));
  folder.with("V1__x.sql", "select 1;\nselect '${a");
  CHECK(contains(folder.error(), "V1__x.sql:2: "));
  folder.with("V1__x.sql", "select '${flyway:timestamp}';\n");
  CHECK(contains(folder.error(), "${flyway:timestamp}"));
  folder.with("V1__x.sql.conf", "placeholderReplacement=false\n");
  CHECK(folder.read().front().text == "select '${flyway:timestamp}';\n");
}

TEST_CASE("Flyway: a baseline stands for the versions up to its own that have files, else for its own") {
  FormatFolder folder("flyway");
  folder.with("V1__a.sql").with("V1.5__b.sql").with("V3__d.sql").with("B2__base.sql", "create table t(a int);\n");
  const std::vector<MigrationFile> files = folder.read();
  REQUIRE(files.size() == 4);
  CHECK(files[2].kind == MigrationKind::baseline);
  REQUIRE(files[2].baseline.has_value());
  REQUIRE(files[2].baseline->replaces.size() == 2);
  CHECK(files[2].baseline->replaces[1].version.text() == "1.5");
  CHECK(files[2].baseline->replaces[1].checksum == files[1].text_checksum);
  CHECK(read_replaced(compose_replaced(files[2].baseline->replaces)) == files[2].baseline->replaces);

  FormatFolder alone("flyway");
  alone.with("B2__base.sql").with("V3__d.sql");
  CHECK(alone.recognised() == "flyway");
  REQUIRE(alone.read().front().baseline.has_value());
  CHECK(alone.read().front().baseline->replaces.front().version.text() == "2");

  folder.with("B1__older.sql");
  CHECK(folder.error().empty());
}

TEST_CASE("Flyway: the next file is spelled as the last one") {
  struct Row {
    const char* last;
    const char* next;
  };
  const Row rows[] = {{"V1__a.sql", "V2__add_it.sql"},
                      {"V009__a.sql", "V010__add_it.sql"},
                      {"V1_9__a.sql", "V1_10__add_it.sql"},
                      {"V1.12.20__a.sql", "V1.12.21__add_it.sql"},
                      {"new/V3__a.sql", "new/V4__add_it.sql"}};
  for (const Row& row : rows) {
    CAPTURE(row.last);
    FormatFolder folder("flyway");
    CHECK(folder.with(row.last).with("R__x.sql").next("Add it") == std::vector<std::string>{row.next});
  }
}

TEST_CASE("Flyway: a folder of drydock's own is none of its, whatever lies below") {
  FormatFolder folder("");
  folder.with("0001_a.sql").with("R__b.sql").with("before/V1__old.sql");
  CHECK(folder.recognised() == "native");
}
