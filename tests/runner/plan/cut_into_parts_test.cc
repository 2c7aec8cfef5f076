#include <doctest/doctest.h>

#include "runner/plan/migration_texts.h"

namespace drydock::testing {
namespace {

std::string show(const Migration& migration, const Part& part) {
  std::string shown = part.mode == Part::Mode::alone ? "alone" : part.begin_options;
  shown += '{';
  for (std::size_t index : part.statements) {
    if (shown.back() != '{') shown += "; ";
    shown += migration.statements[index].text;
  }
  return shown + '}';
}

std::string show_parts(const std::string& text, Dialect dialect) {
  const Migration migration = parse_migration(file_of("0001", text), dialect);
  std::string shown;
  for (const Part& part : cut_into_parts(migration, dialect)) {
    if (!shown.empty()) shown += ' ';
    shown += show(migration, part);
  }
  return shown;
}

struct Case {
  std::string title;
  Dialect dialect;
  std::string text;
  std::string parts;
};

constexpr Dialect pg = Dialect::postgres, lite = Dialect::sqlite;

const Case cases[] = {
    {"a file without BEGIN is one transaction", pg, "SELECT 1; SELECT 2;", "{SELECT 1; SELECT 2}"},
    {"an empty file is one empty part", pg, "", "{}"},
    {"a file of comments alone is one empty part", lite, "-- nothing\n/* yet */", "{}"},
    {"BEGIN and COMMIT around the file change nothing", pg, "BEGIN; SELECT 1; COMMIT;", "{SELECT 1}"},
    {"START TRANSACTION and END are borders too", pg, "START TRANSACTION; SELECT 1; END;", "{SELECT 1}"},
    {"what is open at the end is committed", pg, "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2;", "{SELECT 1} {SELECT 2}"},
    {"COMMIT; BEGIN; in the middle makes two", pg, "SELECT 1; COMMIT; BEGIN; SELECT 2;", "{SELECT 1} {SELECT 2}"},
    {"COMMIT; BEGIN; in the middle makes two in SQLite", lite, "SELECT 1; COMMIT; BEGIN; SELECT 2;",
     "{SELECT 1} {SELECT 2}"},
    {"what stands before BEGIN is a transaction of its own", pg, "SELECT 1; BEGIN; SELECT 2; COMMIT;",
     "{SELECT 1} {SELECT 2}"},
    {"what stands between COMMIT and BEGIN is a transaction of its own", pg,
     "BEGIN; SELECT 1; COMMIT; SELECT 2; SELECT 3; BEGIN; SELECT 4; COMMIT;",
     "{SELECT 1} {SELECT 2; SELECT 3} {SELECT 4}"},
    {"what stands after the last COMMIT is a transaction of its own", pg, "BEGIN; SELECT 1; COMMIT; SELECT 2;",
     "{SELECT 1} {SELECT 2}"},
    {"transactions without statements are dropped", pg, "BEGIN; COMMIT; BEGIN; SELECT 1; COMMIT; BEGIN; COMMIT;",
     "{SELECT 1}"},
    {"nothing but empty transactions is one empty part", pg, "BEGIN; COMMIT; BEGIN; COMMIT;", "{}"},
    {"a second COMMIT ends nothing", pg, "BEGIN; SELECT 1; COMMIT; COMMIT; SELECT 2;", "{SELECT 1} {SELECT 2}"},
    {"the options of a BEGIN are kept", pg, "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT; SELECT 2;",
     "ISOLATION LEVEL SERIALIZABLE{SELECT 1} {SELECT 2}"},
    {"the options of SQLite's BEGIN are kept", lite, "BEGIN EXCLUSIVE; SELECT 1; COMMIT;", "EXCLUSIVE{SELECT 1}"},
    {"the options of an empty transaction are not handed on", pg,
     "BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT; SELECT 1;", "{SELECT 1}"},
    {"a SET TRANSACTION ahead of its part goes into its BEGIN", pg,
     "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1;", "ISOLATION LEVEL REPEATABLE READ{SELECT 1}"},
    {"a SET TRANSACTION after BEGIN is added to its options", pg,
     "BEGIN ISOLATION LEVEL SERIALIZABLE; SET TRANSACTION READ WRITE; SELECT 1; COMMIT;",
     "ISOLATION LEVEL SERIALIZABLE, READ WRITE{SELECT 1}"},
    {"a SET TRANSACTION after a statement is sent", pg, "SELECT 1; SET TRANSACTION READ ONLY; SELECT 2;",
     "{SELECT 1; SET TRANSACTION READ ONLY; SELECT 2}"},
    {"savepoints are sent", pg, "SAVEPOINT a; SELECT 1; ROLLBACK TO a; RELEASE a;",
     "{SAVEPOINT a; SELECT 1; ROLLBACK TO a; RELEASE a}"},
    {"a statement that cannot run in a transaction stands alone between the transactions around it", pg,
     "SELECT 1; CREATE INDEX CONCURRENTLY i ON t (x); SELECT 2;",
     "{SELECT 1} alone{CREATE INDEX CONCURRENTLY i ON t (x)} {SELECT 2}"},
    {"two of them in a row are two parts", pg, "VACUUM a; VACUUM b;", "alone{VACUUM a} alone{VACUUM b}"},
    {"they may stand between two transactions of the file", pg, "BEGIN; SELECT 1; COMMIT; VACUUM t; BEGIN; SELECT 2;",
     "{SELECT 1} alone{VACUUM t} {SELECT 2}"},
    {"VACUUM stands alone in SQLite", lite, "SELECT 1; VACUUM;", "{SELECT 1} alone{VACUUM}"},
    {"PRAGMA foreign_keys is in no part, and parts nothing", lite, "SELECT 1; PRAGMA foreign_keys = OFF; SELECT 2;",
     "{SELECT 1; SELECT 2}"},
    {"PRAGMA foreign_keys inside the file's own transaction is passed over", lite,
     "PRAGMA foreign_keys=off; BEGIN; PRAGMA foreign_keys=off; SELECT 1; COMMIT; PRAGMA foreign_keys=on;",
     "{SELECT 1}"},
    {"transaction none: each statement is a part", pg, "-- drydock:transaction none\nSELECT 1; SELECT 2; VACUUM t;",
     "{SELECT 1} {SELECT 2} alone{VACUUM t}"},
    {"transaction none in SQLite", lite, "-- drydock:transaction none\nSELECT 1; SELECT 2;", "{SELECT 1} {SELECT 2}"},
    {"transaction none: the file's own BEGIN and COMMIT still hold their statements together", pg,
     "-- drydock:transaction none\nSELECT 1; BEGIN; SELECT 2; SELECT 3; COMMIT; SELECT 4; SELECT 5;",
     "{SELECT 1} {SELECT 2; SELECT 3} {SELECT 4} {SELECT 5}"},
    {"BEGIN ATOMIC in a function and a trigger's BEGIN are no borders", pg,
     "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; SELECT 2;",
     "{CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END; SELECT 2}"},
    {"a trigger's BEGIN and END are no borders", lite,
     "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2;",
     "{CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; END; SELECT 2}"},
};

struct Refusal {
  std::string title;
  Dialect dialect;
  std::string text;
  std::string where;  // the line, as the message has it
  std::string why;
};

const Refusal refusals[] = {
    {"BEGIN inside a transaction of the file", pg, "BEGIN;\nSELECT 1;\nBEGIN;", ":3:", "that line 1 began"},
    {"BEGIN right after BEGIN", lite, "BEGIN;\nBEGIN;", ":2:", "that line 1 began"},
    {"a VACUUM inside a transaction of the file", pg, "SELECT 1;\nBEGIN;\nSELECT 2;\nVACUUM t;\nCOMMIT;",
     ":4:", "VACUUM cannot run in a transaction; move it out of the one that line 2 began"},
    {"transaction none does not allow it either", pg, "-- drydock:transaction none\nBEGIN;\nVACUUM t;\nCOMMIT;",
     ":3:", "cannot run in a transaction"},
};

TEST_CASE("A migration is cut where its transactions begin and end.") {
  for (const Case& given : cases) {
    CAPTURE(given.title);
    CHECK(show_parts(given.text, given.dialect) == given.parts);
  }
}

TEST_CASE("What cannot stand inside a transaction of the file's own is an error with its line.") {
  for (const Refusal& given : refusals) {
    CAPTURE(given.title);
    try {
      show_parts(given.text, given.dialect);
      FAIL_CHECK("nothing was thrown");
    } catch (const MigrationError& error) {
      const std::string message = error.what();
      CAPTURE(message);
      CHECK(message.find(given.where) != std::string::npos);
      CHECK(message.find(given.why) != std::string::npos);
    }
  }
}

TEST_CASE("Parts are numbered from 0, and the last one completes the migration.") {
  const Migration migration = parse_migration(file_of("1", "BEGIN; COMMIT; SELECT 1; VACUUM t; SELECT 2;"), pg);
  const std::vector<Part> parts = cut_into_parts(migration, pg);
  REQUIRE(parts.size() == 3);
  for (std::size_t i = 0; i < parts.size(); ++i) {
    CHECK(parts[i].number == static_cast<int>(i));
    CHECK(parts[i].last == (i == 2));
  }
}

std::string checksum_of_first_part(const std::string& text) {
  return cut_into_parts(parse_migration(file_of("1", text), pg), pg).front().checksum;
}

TEST_CASE("A part's checksum is that of its own statements' tokens, COPY data included.") {
  const std::string checksum = checksum_of_first_part("SELECT 1; VACUUM t;");
  CHECK(checksum == checksum_of_first_part("/* why */ SELECT\n  1 ; VACUUM other;"));
  CHECK(checksum != checksum_of_first_part("SELECT 2; VACUUM t;"));
  CHECK(checksum_of_first_part("SELECT 1; SELECT 2;") != checksum_of_first_part("SELECT 1 SELECT 2;"));
  CHECK(checksum_of_first_part("COPY t FROM stdin;\n1\n\\.\n") !=
        checksum_of_first_part("COPY t FROM stdin;\n2\n\\.\n"));
}

}  // namespace
}  // namespace drydock::testing
