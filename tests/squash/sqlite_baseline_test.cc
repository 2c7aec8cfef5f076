// Written, replayed in another throw-away database, and equal: for all that a SQLite file can hold.
#include <doctest/doctest.h>

#include "fixtures/temporary_directory.h"
#include "squash/baseline_writers.h"
#include "squash/difference.h"
#include "squash/snapshots.h"
#include "squash/throwaways.h"

namespace drydock {
namespace {

using fixtures::TemporaryDirectory;

std::unique_ptr<Throwaways> throwaways_in(const TemporaryDirectory& directory) {
  ThrowawayRequest request;
  request.dialect = Dialect::sqlite;
  request.shadow_directory = (directory / "shadows").string();
  return make_sqlite_throwaways(request);
}

Snapshot snapshot_of(ThrowawayDatabase& database) {
  return take_sqlite_snapshot(database.reader(), SnapshotScope::schema_and_data);
}

struct Written {
  BaselineText text;
  std::string differences;
};

Written write_and_replay(const std::string& sql) {
  const TemporaryDirectory directory;
  const std::unique_ptr<Throwaways> throwaways = throwaways_in(directory);
  const std::unique_ptr<ThrowawayDatabase> original = throwaways->make({}), copy = throwaways->make({});
  original->migrator().execute(sql);
  Written written{write_sqlite_baseline(*original), {}};
  INFO(written.text.sql);
  copy->migrator().execute("PRAGMA foreign_keys = OFF");
  copy->migrator().execute(written.text.sql);
  written.differences =
      describe(differences(snapshot_of(*original), snapshot_of(*copy)), "the originals", "the baseline");
  CHECK(written.differences == "");
  return written;
}

TEST_CASE("a baseline brings about an equal database") {
  const char* const cases[] = {
      "",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, \"a b\" TEXT, [select] INT); INSERT INTO t VALUES (1, 'it''s', 2)",
      "CREATE TABLE t (a); INSERT INTO t VALUES (1), (1.0), ('1'), (x'31'), (NULL), (''), (x''), (-0.0), (9e999), "
      "(-9e999), (9223372036854775807), (-9223372036854775808), (0.1), (1e300), (5e-324), (2.2250738585072014e-308), "
      "(1.7976931348623157e308), (123456789012345678.0), (0.30000000000000004), (-1.5)",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES (char(13, 10)), ('two' || char(10) || 'lines'), (char(0, 65)), "
      "(CAST(x'ff41' AS TEXT)), (char(65279)), ('-- drydock:consent'), ('Größe')",
      "CREATE TABLE t (a INT, g INT GENERATED ALWAYS AS (a * 2) STORED, v INT AS (a + 1)); INSERT INTO t (a) VALUES "
      "(1), (2)",
      "CREATE TABLE t (b INT, a INT, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO t VALUES (2, 1), (1, 2), (1, 1)",
      "CREATE TABLE child (p INT REFERENCES parent (id) ON DELETE CASCADE); CREATE TABLE parent (id INTEGER PRIMARY "
      "KEY); INSERT INTO parent VALUES (1); INSERT INTO child VALUES (1)",
      // Triggers and views.
      "CREATE TABLE t (a INT); CREATE TABLE log (a INT); CREATE TRIGGER two AFTER INSERT ON t BEGIN INSERT INTO log "
      "VALUES (new.a); DELETE FROM log WHERE a = 7; END; CREATE TRIGGER one AFTER INSERT ON t BEGIN SELECT 1; END; "
      "INSERT INTO t VALUES (1); CREATE VIEW v AS SELECT a FROM w; CREATE VIEW w AS SELECT a FROM t; CREATE TRIGGER "
      "v_in INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a); END",
      // AUTOINCREMENT: as the rows put it, ahead of them, without rows, behind them.
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5)",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5), (9); DELETE FROM t WHERE id = "
      "9",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5); DELETE FROM t",
      "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (5); UPDATE sqlite_sequence SET seq "
      "= 2",
      // Full text: its own documents, another table's, settings; and another virtual table.
      "CREATE VIRTUAL TABLE d USING fts5 (a, b); INSERT INTO d (rowid, a, b) VALUES (3, 'x', 'y'), (1, 'p', NULL)",
      "CREATE VIRTUAL TABLE d USING fts4 (a, b, tokenize=porter); INSERT INTO d (docid, a, b) VALUES (3, 'x', 'y')",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (4, 'x'); CREATE VIRTUAL TABLE d USING "
      "fts5 (a, content='t', content_rowid='id'); INSERT INTO d (d) VALUES ('rebuild'); INSERT INTO d (d, rank) VALUES "
      "('rank', 'bm25(10.0)')",
      "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x'), ('y'), ('z'); DELETE FROM t WHERE a = 'x'; CREATE VIRTUAL "
      "TABLE d USING fts5 (a, content='t'); INSERT INTO d (d) VALUES ('rebuild')",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (4, 'x'); CREATE VIRTUAL TABLE d USING "
      "fts5 (a, content='t', content_rowid='id')",
      "CREATE VIRTUAL TABLE r USING rtree (id, x0, x1, +name TEXT); INSERT INTO r VALUES (7, 0.1, 2.5, 'a')",
      // What the file's header keeps.
      "PRAGMA user_version = 7; PRAGMA application_id = 99; CREATE TABLE t (a INT)",
      "CREATE TABLE t (a INT); PRAGMA page_size = 8192; PRAGMA auto_vacuum = 1; VACUUM; PRAGMA journal_mode = WAL",
      // What the way there leaves in the stored text.
      "CREATE TABLE t_new (a INT, CHECK (a > 0)); ALTER TABLE t_new RENAME TO t; ALTER TABLE t ADD COLUMN b TEXT "
      "DEFAULT 'x'; ALTER TABLE t RENAME b TO c; CREATE INDEX i ON t (c) WHERE a > 1; INSERT INTO t VALUES (1, 'y')",
      "CREATE TABLE t AS SELECT 1 AS a, 'x' AS b",
  };
  for (const char* sql : cases) {
    INFO(sql);
    const Written written = write_and_replay(sql);
    CHECK(written.text.notes.empty());
  }
}

TEST_CASE("a baseline is made for people: an object with what belongs to it, rows in the order of their keys") {
  CHECK(write_and_replay("CREATE TABLE colours (id INTEGER PRIMARY KEY, name TEXT, code REAL);"
                         "CREATE TABLE \"order\" (id INTEGER PRIMARY KEY);"
                         "CREATE VIEW names AS SELECT name FROM colours;"
                         "CREATE INDEX by_name ON colours (name);"
                         "INSERT INTO colours VALUES (2, 'red', 1), (1, NULL, 0.1);"
                         "INSERT INTO \"order\" VALUES (1);"
                         "PRAGMA user_version = 4;")
            .text.sql == R"(
CREATE TABLE colours (id INTEGER PRIMARY KEY, name TEXT, code REAL);
CREATE INDEX by_name ON colours (name);
INSERT INTO colours (id, name, code) VALUES
  (1, NULL, 0.1),
  (2, 'red', 1.0);

CREATE TABLE "order" (id INTEGER PRIMARY KEY);
INSERT INTO "order" (id) VALUES
  (1);

CREATE VIEW names AS SELECT name FROM colours;

PRAGMA user_version = 4;
)");
}

TEST_CASE("many rows become several statements") {
  const std::string sql = write_and_replay(
                              "CREATE TABLE t (a INTEGER PRIMARY KEY); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL "
                              "SELECT i + 1 FROM n WHERE i < 250) INSERT INTO t SELECT i FROM n")
                              .text.sql;
  std::size_t inserts = 0;
  for (std::size_t at = 0; (at = sql.find("INSERT INTO", at)) != std::string::npos; ++at) ++inserts;
  CHECK(inserts == 3);
}

TEST_CASE("what no SQL brings about is said") {
  const TemporaryDirectory directory;
  const std::unique_ptr<Throwaways> throwaways = throwaways_in(directory);
  for (const char* sql : {"CREATE VIRTUAL TABLE d USING fts5 (a, content=''); INSERT INTO d (rowid, a) VALUES (1, 'x')",
                          "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t VALUES (1); DELETE "
                          "FROM sqlite_sequence"}) {
    INFO(sql);
    const std::unique_ptr<ThrowawayDatabase> database = throwaways->make({});
    database->migrator().execute(sql);
    CHECK(write_sqlite_baseline(*database).notes.size() == 1);
  }
}

TEST_CASE("throw-away databases leave nothing behind, not even the directory that they were made in") {
  const TemporaryDirectory directory;
  {
    const std::unique_ptr<Throwaways> throwaways = throwaways_in(directory);
    const std::unique_ptr<ThrowawayDatabase> one = throwaways->make({}), other = throwaways->make({});
    one->migrator().execute("PRAGMA journal_mode = WAL; CREATE TABLE t (a INT)");
    CHECK(one->reader().query("SELECT name FROM sqlite_schema").text(0, 0) == "t");
    CHECK(other->reader().query("SELECT name FROM sqlite_schema").empty());
    CHECK(throwaways->server().starts_with("SQLite 3."));
  }
  CHECK(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace drydock
