#include "runner/apply/foreign_keys.h"

#include "fixtures/test_database.h"

namespace drydock {
namespace {

using fixtures::TestDatabase;

// A row of `child` points nowhere already; `loose` points to no table by a key.
constexpr const char* before = R"(
CREATE TABLE parent (id integer PRIMARY KEY);
CREATE TABLE child (id integer PRIMARY KEY, parent integer REFERENCES parent (id));
CREATE TABLE loose (id integer PRIMARY KEY, parent integer);
INSERT INTO parent VALUES (1);
INSERT INTO child VALUES (1, 1), (2, 99);
INSERT INTO loose VALUES (1, 99);)";

// What a migration of that text leaves broken in the tables that the check has looked at.
std::string broken_by(const std::string& text) {
  const TestDatabase file(Dialect::sqlite);
  const auto database = file.open();
  database->reset_session({});
  database->execute(before);
  MigrationFile source;
  source.text = text;
  const Migration migration = parse_migration(source, Dialect::sqlite);
  const Part part = cut_into_parts(migration, Dialect::sqlite).at(0);
  database->begin();
  const ForeignKeyCheck check(*database, migration, part);
  database->run(migration.statements, Database::Sending::one_by_one);
  const ForeignKeyViolations violations = check.violations_after();
  database->rollback();
  return std::to_string(violations.size()) + " in " + violations.tables();
}

TEST_CASE("A part is checked in the tables that it can have broken.") {
  const std::pair<const char*, const char*> cases[] = {
      {"CREATE INDEX loose_by_parent ON loose (parent)", "0 in "},
      {"CREATE TABLE other (id integer REFERENCES parent (id))", "0 in "},
      {"ALTER TABLE child ADD COLUMN remark text", "0 in "},
      {"ALTER TABLE child DROP COLUMN parent", "0 in "},
      // Rows were written: every key is looked at.
      {"INSERT INTO loose VALUES (2, 3)", "1 in child"},
      {"CREATE TABLE other (id integer REFERENCES parent (id)); INSERT INTO other VALUES (7)", "2 in child, other"},
      {"WITH gone AS (SELECT 1 AS id) DELETE FROM parent WHERE id IN (SELECT id FROM gone)", "2 in child"},
      // A column that comes with a key, and a value for the rows that are there.
      {"ALTER TABLE loose ADD COLUMN other integer DEFAULT 98 REFERENCES parent (id)", "1 in loose"},
      {"ALTER TABLE loose ADD COLUMN other integer DEFAULT 98 references\nparent", "1 in loose"},
      // A table is gone, by itself or by another name.
      {"DROP TABLE parent", "2 in child"},
      {"ALTER TABLE loose RENAME TO looser", "1 in child"},
      {"ALTER TABLE parent RENAME COLUMN id TO number", "1 in child"},
  };
  for (const auto& [text, expected] : cases) {
    INFO(text);
    CHECK(broken_by(text) == expected);
  }
}

TEST_CASE("A new table whose key fits no parent is refused before any row is in it.") {
  CHECK_THROWS_AS(broken_by("CREATE TABLE other (id integer REFERENCES loose (parent))"), DatabaseError);
}

}  // namespace
}  // namespace drydock
