#include "runner/apply/foreign_key_violations.h"

#include <doctest/doctest.h>

#include "fixtures/test_database.h"

namespace drydock {
namespace {

using fixtures::TestDatabase;

// A row of each child points nowhere already.
constexpr const char* before = R"(
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent (id), other integer);
CREATE TABLE keyed (code text PRIMARY KEY, parent integer REFERENCES parent (id)) WITHOUT ROWID;
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1, 1), (2, 99, 1);
INSERT INTO keyed VALUES ('a', 1), ('b', 99);
CREATE TABLE spelled (id integer PRIMARY KEY, parent integer REFERENCES Parent (id));
INSERT INTO spelled VALUES (1, 98);)";

std::string added_by(const std::string& text) {
  const TestDatabase file(Dialect::sqlite);
  const auto database = file.open();
  database->reset_session({});
  database->execute(before);
  const ForeignKeyViolations known = ForeignKeyViolations::in_all_tables(*database);
  CHECK(known.size() == 3);
  database->execute(text);
  const ForeignKeyViolations added = ForeignKeyViolations::in_all_tables(*database).besides(known);
  CHECK(added.empty() == (added.size() == 0));
  return std::to_string(added.size()) + " in " + added.tables();
}

TEST_CASE("Of the violations after a migration, those that were there before it are told apart.") {
  const std::pair<const char*, const char*> cases[] = {
      {"SELECT 1", "0 in "},
      {"UPDATE child SET parent = 1", "0 in "},
      {"INSERT INTO child VALUES (3, 99, 1)", "1 in child"},
      {"DELETE FROM parent", "2 in child, keyed"},
      // Rows without a number.
      {"INSERT INTO keyed VALUES ('c', 99)", "1 in keyed"},
      {"UPDATE keyed SET code = 'd' WHERE code = 'b'", "0 in "},
      // A key that comes first in the pragma's list.
      {"ALTER TABLE child ADD COLUMN second integer REFERENCES parent (id)", "0 in "},
      {"ALTER TABLE child ADD COLUMN second integer DEFAULT 98 REFERENCES parent (id)", "2 in child"},
      // Other names for the same tables, and other tables under the same name.
      {"ALTER TABLE child RENAME TO offspring", "0 in "},
      {"ALTER TABLE parent RENAME TO forebear", "0 in "},
      {"ALTER TABLE child RENAME TO offspring; INSERT INTO offspring VALUES (3, 99, 1)", "1 in offspring"},
      {"ALTER TABLE child RENAME COLUMN parent TO forebear", "0 in "},
      {"ALTER TABLE child RENAME COLUMN parent TO forebear; INSERT INTO child VALUES (3, 99, 1)", "1 in child"},
      // The parent is told as the key spells it.
      {"ALTER TABLE spelled RENAME TO otherwise", "0 in "},
      {"ALTER TABLE parent RENAME TO Guardians", "0 in "},
      {"CREATE TABLE new (id integer PRIMARY KEY, other integer, parent integer REFERENCES parent (id)); "
       "INSERT INTO new SELECT id, other, parent FROM child; DROP TABLE child; ALTER TABLE new RENAME TO child",
       "0 in "},
      {"CREATE TABLE new (id integer PRIMARY KEY, other integer REFERENCES parent (id), parent integer); "
       "INSERT INTO new SELECT id, 99, parent FROM child; DROP TABLE child; ALTER TABLE new RENAME TO child",
       "2 in child"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(std::string(text));
    CHECK(added_by(text) == std::string(expected));
  }
}

TEST_CASE("Where the file is vacuumed automatically, a first page tells nothing") {
  const TestDatabase file(Dialect::sqlite);
  const auto database = file.open();
  database->execute(
      "PRAGMA auto_vacuum = FULL; VACUUM; CREATE TABLE gone (id integer PRIMARY KEY);"
      "CREATE TABLE parent (id integer PRIMARY KEY);"
      "CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent (id));"
      "INSERT INTO child VALUES (1, 99)");
  const ForeignKeyViolations known = ForeignKeyViolations::in_all_tables(*database);
  database->execute("DROP TABLE gone; INSERT INTO child VALUES (2, 99)");
  CHECK(ForeignKeyViolations::in_all_tables(*database).besides(known).size() == 1);
}

}  // namespace
}  // namespace drydock
