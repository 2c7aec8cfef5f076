#include "scenarios/processes/mixed_history.h"

#include <doctest/doctest.h>

namespace drydock {
namespace {

constexpr const char* postgres_rows = R"(
CREATE TABLE users (id integer PRIMARY KEY, name text, mail text, visits integer NOT NULL);
INSERT INTO users SELECT i, 'name ' || (i % 97), 'mail ' || i, 0 FROM generate_series(1, 2000) AS i;
CREATE INDEX users_old ON users (visits);)";

constexpr const char* sqlite_rows = R"(
CREATE TABLE users (id integer PRIMARY KEY, name text, mail text, visits integer NOT NULL);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
INSERT INTO users SELECT i, 'name ' || (i % 97), 'mail ' || i, 0 FROM n;
CREATE INDEX users_old ON users (visits);)";

// Statements that leave a trace each time they run: a second time would be seen.
constexpr const char* two_transactions = R"(INSERT INTO log VALUES (2);
UPDATE users SET visits = visits + 1;
COMMIT;
BEGIN;
INSERT INTO log VALUES (3);
UPDATE users SET visits = visits + 1;
)";

constexpr const char* postgres_one_by_one = R"(-- drydock:transaction none
INSERT INTO log VALUES (4);
CREATE UNIQUE INDEX CONCURRENTLY users_mail ON users (mail);
UPDATE users SET visits = visits + 1;
DROP INDEX CONCURRENTLY users_old;
REINDEX INDEX CONCURRENTLY users_name;
CREATE INDEX CONCURRENTLY ON users (visits, id);
VACUUM users;
INSERT INTO log VALUES (5);
)";

constexpr const char* sqlite_one_by_one = R"(-- drydock:transaction none
INSERT INTO log VALUES (4);
PRAGMA journal_mode = WAL;
CREATE UNIQUE INDEX users_mail ON users (mail);
UPDATE users SET visits = visits + 1;
DROP INDEX users_old;
CREATE INDEX users_visits_id_idx ON users (visits, id);
VACUUM;
INSERT INTO log VALUES (5);
)";

// The same words for both databases: history, then names of the indexes that are there and valid.
struct Words {
  const char* history;
  const char* indexes;
};

Words words_of(const Project& project) {
  if (project.kind() == Project::Kind::sqlite)
    return {"drydock_history",
            "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE type = 'index' AND "
            "tbl_name = 'users' ORDER BY name)"};
  return {"drydock.history",
          "SELECT string_agg(relname || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END, ',' ORDER BY relname) "
          "FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE indrelid = 'users'::regclass AND "
          "NOT indisprimary"};
}

}  // namespace

void make_mixed_history(const Project& project, const std::filesystem::path& shadows) {
  const bool sqlite = project.kind() == Project::Kind::sqlite;
  project.sql(sqlite ? sqlite_rows : postgres_rows);
  project.write("drydock.toml", "shadow_directory = \"" + shadows.string() + "\"\n");
  project.write("migrations/0001_log.sql", "CREATE TABLE log (entry integer NOT NULL);\nINSERT INTO log VALUES (1);\n");
  project.write("migrations/0002_two_transactions.sql", two_transactions);
  project.write("migrations/0003_index.sql",
                std::string("CREATE INDEX ") + (sqlite ? "" : "CONCURRENTLY ") + "users_name ON users (name);\n");
  project.write("migrations/0004_one_by_one.sql", sqlite ? sqlite_one_by_one : postgres_one_by_one);
  project.write("migrations/0005_visits.sql", "INSERT INTO log VALUES (6);\nUPDATE users SET visits = visits + 1;\n");
  project.write("migrations/R__names.sql",
                "DROP VIEW IF EXISTS names;\nCREATE VIEW names AS SELECT DISTINCT name FROM users;\n");
}

void check_mixed_history(const Project& project) {
  const Words words = words_of(project);
  const std::string history = words.history;
  CHECK(project.value("SELECT count(*) FROM " + history + " WHERE state = 'applied' AND last") ==
        std::to_string(mixed_history_ids.size()));
  for (const char* id : mixed_history_ids)
    CHECK(project.value("SELECT count(*) FROM " + history + " WHERE state = 'applied' AND last AND version = '" + id +
                        "'") == "1");
  CHECK(project.value("SELECT count(*) FROM (SELECT 1 FROM " + history +
                      " WHERE state = 'applied' GROUP BY version, part HAVING count(*) > 1) AS twice") == "0");
  const std::string entries = project.kind() == Project::Kind::sqlite
                                  ? "SELECT group_concat(entry) FROM (SELECT entry FROM log ORDER BY entry)"
                                  : "SELECT string_agg(entry::text, ',' ORDER BY entry) FROM log";
  CHECK(project.value(entries) == "1,2,3,4,5,6");
  CHECK(project.value("SELECT min(visits) * 100 + max(visits) FROM users") == "404");
  CHECK(project.value("SELECT count(*) FROM users") == "2000");
  CHECK(project.value(words.indexes) == "users_mail,users_name,users_visits_id_idx");
  CHECK(project.value("SELECT count(*) FROM names") == "97");
  const Ran status = project.drydock({"status", "--check"});
  INFO(status.out, status.err);
  CHECK(status.code == 0);
  CHECK(project.drydock({"migrate"}).says("Nothing is pending"));
  project.sql("INSERT INTO users VALUES (0, 'after', 'after', 0)");
}

}  // namespace drydock
