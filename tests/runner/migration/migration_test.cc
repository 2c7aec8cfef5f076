#include "runner/migration/migration.h"

#include <doctest/doctest.h>

#include <string>

using namespace drydock;

namespace {

MigrationFile file_with(const std::string& text) {
  MigrationFile file;
  file.version = Version("0007");
  file.name = "change";
  file.file = "0007_change.sql";
  file.text = normalise_text(text);
  file.text_checksum = sha256(file.text);
  return file;
}

std::string error_of(const std::string& text, Dialect dialect) {
  try {
    parse_migration(file_with(text), dialect);
  } catch (const MigrationError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("A migration is its directives, its statements and two checksums") {
  const Migration migration = parse_migration(
      file_with("-- drydock:transaction none\nvacuum;\n\ncreate index concurrently i on t (a);\n"), Dialect::postgres);
  CHECK(migration.id() == "0007");
  CHECK(migration.directives.transaction_none);
  REQUIRE(migration.statements.size() == 2);
  CHECK(migration.statements[1].line == 4);
  CHECK(migration.statements[1].traits.concurrent_index->index == "i");
  CHECK(migration.checksum.text == migration.source.text_checksum);
}

TEST_CASE("Comments and layout change the checksum of the text alone") {
  const Checksum before = parse_migration(file_with("create table t (a int);\n"), Dialect::sqlite).checksum;
  const Checksum same = parse_migration(file_with("\xEF\xBB\xBF"
                                                  "create table t (a int);\r\n"),
                                        Dialect::sqlite)
                            .checksum;
  const Checksum note = parse_migration(file_with("-- licence\ncreate table t(\n a int);"), Dialect::sqlite).checksum;
  const Checksum other = parse_migration(file_with("create table t (b int);\n"), Dialect::sqlite).checksum;
  CHECK(same == before);
  CHECK(note.text != before.text);
  CHECK(note.tokens == before.tokens);
  CHECK(other.tokens != before.tokens);
}

TEST_CASE("A repeatable migration is known by its name") {
  MigrationFile file = file_with("select 1");
  file.kind = MigrationKind::repeatable;
  file.version = Version();
  file.name = "views";
  CHECK(id_of(file) == "R__views");
  CHECK(parse_migration(file, Dialect::sqlite).id() == "R__views");
}

TEST_CASE("An empty file is a migration without statements") {
  for (const char* text : {"", "\n\n", "-- nothing to do\n"})
    CHECK(parse_migration(file_with(text), Dialect::postgres).statements.empty());
}

TEST_CASE("What cannot be read as a migration is refused with file and line") {
  CHECK(error_of("select 1;\nselect 'a", Dialect::postgres) == "0007_change.sql:2: a string is not closed");
  CHECK(error_of("-- drydock:x", Dialect::sqlite).starts_with("0007_change.sql:1: unknown directive drydock:x"));
  CHECK(MigrationError("a.sql", 0, "why").what() == std::string("a.sql: why"));
  for (const char* text : {"select 1;\nrollback", "select 1;\nabort", "select 1;\nprepare transaction 'x'",
                           "select 1;\ncommit and chain"}) {
    CAPTURE(text);
    CHECK(error_of(text, Dialect::postgres).starts_with("0007_change.sql:2: "));
  }
  CHECK(error_of("rollback to s; release s; begin; commit", Dialect::sqlite).empty());
}

TEST_CASE("A baseline that takes anything away is refused with file and line, and its directives are not in the way") {
  const std::string hash = sha256("");
  const std::string header = "-- drydock:squash through=7 migrations=1 schema=" + hash + " data=" + hash +
                             "\n-- drydock:replaces 7 " + hash + " first\n-- drydock:statement-timeout 10min\n";
  MigrationFile file = file_with(header + "create table t (a int);\ndrop table u;\n");
  file.kind = MigrationKind::baseline;
  file.baseline = read_baseline_header(file.text);
  for (const Dialect dialect : {Dialect::postgres, Dialect::sqlite}) {
    try {
      require_harmless_baseline(file, dialect);
      FAIL("was let through");
    } catch (const MigrationError& error) {
      CHECK(std::string(error.what()).starts_with("0007_change.sql:5: a squashed baseline must not hold DROP"));
    }
    CHECK(parse_migration(file, dialect).directives.statement_timeout == std::chrono::minutes(10));
  }
  file.text = header + "create table t (a int);\n";
  require_harmless_baseline(file, Dialect::postgres);
}
