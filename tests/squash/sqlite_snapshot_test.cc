// Every single change that matters is seen, and none that does not: a rich schema, changed in one thing at a time.
#include <doctest/doctest.h>

#include "fixtures/test_database.h"
#include "squash/difference.h"
#include "squash/snapshots.h"

namespace drydock {
namespace {

using fixtures::TestDatabase;

constexpr SnapshotScope all = SnapshotScope::schema_and_data;

const char* const rich_schema = R"(
CREATE TABLE members (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  email TEXT NOT NULL COLLATE NOCASE UNIQUE,
  name TEXT NOT NULL DEFAULT 'nobody' CHECK (length(name) > 0),
  born REAL,
  picture BLOB,
  initial TEXT GENERATED ALWAYS AS (substr(name, 1, 1)) VIRTUAL
);
CREATE TABLE "big table" ("a b" INTEGER, plan TEXT, CONSTRAINT one_each UNIQUE (plan));
CREATE TABLE loans (
  member INTEGER REFERENCES members (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  tool INTEGER,
  lent_on TEXT,
  PRIMARY KEY (member, tool)
) WITHOUT ROWID;
CREATE TABLE notes (body TEXT, weight ANY) STRICT;
CREATE TABLE gone (id INTEGER, hole TEXT, last TEXT);
CREATE INDEX loans_by_day ON loans (lent_on DESC) WHERE lent_on IS NOT NULL;
CREATE UNIQUE INDEX members_by_name ON members (lower(name));
CREATE VIEW readers AS SELECT id, name FROM members;
CREATE TRIGGER first AFTER INSERT ON loans BEGIN UPDATE members SET name = 'reader' WHERE id = NEW.member; END;
CREATE TRIGGER second AFTER INSERT ON loans WHEN NEW.tool = 1 BEGIN DELETE FROM notes; END;
CREATE VIRTUAL TABLE docs USING fts5 (title, body, tokenize = 'porter');
CREATE TABLE papers (id INTEGER PRIMARY KEY, text TEXT);
CREATE VIRTUAL TABLE paper_index USING fts5 (text, content = 'papers', content_rowid = 'id');
INSERT INTO members (email, name, born, picture) VALUES ('a@x', 'Ann', 1.5, x'00ff'), ('b@x', 'Bob', NULL, NULL);
INSERT INTO loans VALUES (1, 1, '2020-01-01'), (1, 2, NULL);
INSERT INTO notes VALUES ('one', 1), ('two', 'x'), ('two', 'x');
INSERT INTO docs (rowid, title, body) VALUES (7, 'Sawing', 'wood and steel');
INSERT INTO papers VALUES (1, 'first'), (2, 'second');
INSERT INTO paper_index (paper_index) VALUES ('rebuild');
INSERT INTO gone VALUES (1, 'x', 'y');
PRAGMA user_version = 3;
)";

// The rich schema with one piece of its text replaced, or something done to it afterwards.
struct Change {
  const char* what;
  const char* from;
  const char* to;  // of the schema's text; where `from` is empty: run afterwards
};

std::unique_ptr<Database> build(const TestDatabase& database, const Change& change) {
  std::string sql = rich_schema;
  const std::string from = change.from;
  if (!from.empty()) {
    const std::size_t at = sql.find(from);
    REQUIRE(at != std::string::npos);
    sql.replace(at, from.size(), change.to);
  }
  std::unique_ptr<Database> session = database.open();
  session->execute(sql);
  if (from.empty()) session->execute(change.to);
  return session;
}

std::vector<Difference> differences_made_by(const Change& change) {
  const TestDatabase as_it_is(Dialect::sqlite), changed(Dialect::sqlite);
  const std::unique_ptr<Database> left = build(as_it_is, {"", "", ""}), right = build(changed, change);
  return differences(take_sqlite_snapshot(*left, all), take_sqlite_snapshot(*right, all));
}

TEST_CASE("every single change that matters is seen") {
  const Change changes[] = {
      {"a table more", "", "CREATE TABLE more (id INTEGER)"},
      {"a table less", "", "DROP TABLE notes"},
      {"a column more", "", "ALTER TABLE notes ADD COLUMN added TEXT"},
      {"a column's name", "lent_on TEXT,\n", "lent_On TEXT,\n"},
      {"a column's type", "born REAL", "born NUMERIC"},
      {"the order of columns", "born REAL,\n  picture BLOB", "picture BLOB,\n  born REAL"},
      {"NOT NULL", "name TEXT NOT NULL", "name TEXT"},
      {"a default", "DEFAULT 'nobody'", "DEFAULT 'Nobody'"},
      {"a default that is no string", "DEFAULT 'nobody'", "DEFAULT NULL"},
      {"a CHECK", "length(name) > 0", "length(name) > 1"},
      {"a collation", "COLLATE NOCASE", "COLLATE RTRIM"},
      {"UNIQUE", "COLLATE NOCASE UNIQUE", "COLLATE NOCASE"},
      {"a constraint's name", "one_each", "only_one"},
      {"a generated expression", "substr(name, 1, 1)", "substr(name, 1, 2)"},
      {"how it is generated", "VIRTUAL\n", "STORED\n"},
      {"AUTOINCREMENT", "PRIMARY KEY AUTOINCREMENT", "PRIMARY KEY"},
      {"WITHOUT ROWID", ") WITHOUT ROWID", ")"},
      {"STRICT", ") STRICT", ")"},
      {"an action of a foreign key", "ON DELETE CASCADE", "ON DELETE SET NULL"},
      {"DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED", ""},
      {"the order of a key", "PRIMARY KEY (member, tool)", "PRIMARY KEY (tool, member)"},
      {"the order of an index", "lent_on DESC", "lent_on"},
      {"an index's condition", "lent_on IS NOT NULL", "lent_on IS NULL"},
      {"an index's expression", "lower(name)", "upper(name)"},
      {"an index that is not unique", "CREATE UNIQUE INDEX", "CREATE INDEX"},
      {"an index less", "", "DROP INDEX loans_by_day"},
      {"a view's query", "SELECT id, name", "SELECT name, id"},
      {"a view less", "", "DROP VIEW readers"},
      {"a trigger's body", "'reader'", "'Reader'"},
      {"a trigger's condition", "NEW.tool = 1", "NEW.tool = 2"},
      {"a trigger's moment", "first AFTER INSERT", "first BEFORE INSERT"},
      {"the order of triggers", "",
       "DROP TRIGGER first; CREATE TRIGGER first AFTER INSERT ON loans BEGIN UPDATE members SET name = 'reader' WHERE "
       "id = NEW.member; END"},
      {"a full-text option", "tokenize = 'porter'", "tokenize = 'ascii'"},
      {"a full-text setting", "", "INSERT INTO docs (docs, rank) VALUES ('rank', 'bm25(10.0)')"},
      {"a full-text document", "wood and steel", "wood or steel"},
      {"a full-text rowid", "VALUES (7, 'Sawing'", "VALUES (8, 'Sawing'"},
      {"an index of other documents that is empty", "INSERT INTO paper_index (paper_index) VALUES ('rebuild')",
       "SELECT 1"},
      {"quotes that make a string of a name", "DEFAULT 'nobody'", "DEFAULT \"nobody\""},
      {"quotes that make a type of a keyword", "tool INTEGER,", "tool INTEGER \"unique\","},
      {"user_version", "user_version = 3", "user_version = 4"},
      {"application_id", "", "PRAGMA application_id = 7"},
      {"a page size", "", "PRAGMA page_size = 8192; VACUUM"},
      {"auto_vacuum", "", "PRAGMA auto_vacuum = 2; VACUUM"},
      {"the journal's mode", "", "PRAGMA journal_mode = WAL"},
      {"the position of AUTOINCREMENT", "", "UPDATE sqlite_sequence SET seq = 9"},
      {"a row more", "", "INSERT INTO notes VALUES ('three', 3)"},
      {"a row twice", "", "DELETE FROM notes WHERE rowid = 3"},
      {"a value", "'2020-01-01'", "'2020-01-02'"},
      {"a value's storage class", "", "UPDATE notes SET weight = 1.0 WHERE body = 'one'"},
      {"NULL and an empty string", "", "UPDATE loans SET lent_on = '' WHERE tool = 2"},
      {"the last bit of a real", "1.5, x'00ff'", "1.5000000000000002, x'00ff'"},
      {"a key", "INSERT INTO papers VALUES (1, 'first')", "INSERT INTO papers VALUES (3, 'first')"},
      {"values that have changed places", "(1, 'first'), (2, 'second')", "(2, 'first'), (1, 'second')"},
  };
  for (const Change& change : changes) {
    INFO(change.what);
    CHECK_FALSE(differences_made_by(change).empty());
  }
}

TEST_CASE("what does not matter is not seen") {
  const Change changes[] = {
      {"nothing at all", "", ""},
      {"white space", "CREATE INDEX loans_by_day ON loans (", "CREATE INDEX loans_by_day\n  ON   loans\t("},
      {"a comment in a statement", "born REAL,", "born REAL, -- in years\n /* or not */"},
      {"quotes around names", "ON loans (lent_on DESC)", "ON [loans] (`lent_on` DESC)"},
      {"a keyword's case", "SELECT id, name FROM members;", "select id, name from members;"},
      {"the hole of a dropped column", "CREATE TABLE notes (body TEXT, weight ANY)",
       "CREATE TABLE notes (body TEXT, hole INT, weight ANY) STRICT; ALTER TABLE notes DROP COLUMN hole; CREATE "
       "TEMPORARY TABLE aside (x ANY)"},
      {"a table that was renamed", "CREATE TABLE papers (id INTEGER PRIMARY KEY, text TEXT);",
       "CREATE TABLE papers_new (id INTEGER PRIMARY KEY, text TEXT); ALTER TABLE papers_new RENAME TO papers;"},
      {"a column that was renamed", "CREATE TABLE papers (id INTEGER PRIMARY KEY, text TEXT);",
       "CREATE TABLE papers (id INTEGER PRIMARY KEY, old TEXT); ALTER TABLE papers RENAME old TO text;"},
      {"a column that was added later", "CREATE TABLE gone (id INTEGER, hole TEXT, last TEXT);",
       "CREATE TABLE gone (id INTEGER, hole TEXT); ALTER TABLE gone ADD COLUMN last TEXT;"},
      {"the order in which tables were made", "CREATE TABLE notes (body TEXT, weight ANY) STRICT;\n",
       "CREATE TABLE z (i INT); CREATE TABLE notes (body TEXT, weight ANY) STRICT; DROP TABLE z;"},
      {"VACUUM", "", "VACUUM"},
      {"ANALYZE", "", "ANALYZE"},
      {"REINDEX", "", "REINDEX"},
      {"the order of rows", "('one', 1), ('two', 'x'), ('two', 'x')", "('two', 'x'), ('one', 1), ('two', 'x')"},
      {"a rowid that nobody sees", "", "UPDATE notes SET rowid = rowid + 100"},
      {"a full-text index put in order", "", "INSERT INTO docs (docs) VALUES ('optimize')"},
      {"a temporary table", "", "CREATE TEMPORARY TABLE aside (i INT)"},
      {"drydock's own tables", "",
       "CREATE TABLE drydock_history (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO drydock_history VALUES (1); "
       "CREATE INDEX drydock_by_id ON drydock_history (id)"},
  };
  for (const Change& change : changes) {
    INFO(change.what);
    const std::vector<Difference> found = differences_made_by(change);
    INFO(describe(found, "left", "right"));
    CHECK(found.empty());
  }
}

TEST_CASE("a difference names the column whose values differ, and no value") {
  const std::vector<Difference> found = differences_made_by({"", "'2020-01-01'", "'1999-12-31'"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].identity == "loans");
  CHECK(found[0].columns == std::vector<std::string>{"lent_on"});
  CHECK(describe(found, "left", "right").find("1999") == std::string::npos);
}

TEST_CASE("the schema alone takes no rows and no positions, and a view of what is gone can be read") {
  const TestDatabase database(Dialect::sqlite);
  const std::unique_ptr<Database> session = build(database, {"", "", "CREATE VIEW broken AS SELECT * FROM nowhere"});
  const Snapshot snapshot = take_sqlite_snapshot(*session, SnapshotScope::schema);
  CHECK(snapshot.rows.empty());
  CHECK(snapshot.positions.empty());
  CHECK(snapshot.text().find("broken") != std::string::npos);
  CHECK_FALSE(session->in_transaction());
}

}  // namespace
}  // namespace drydock
