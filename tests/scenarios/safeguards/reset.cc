// `reset`: a database stamped development or test is emptied to its stamp, and no other, whatever is said.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "fixtures/postgres_server.h"
#include "fixtures/project.h"
#include "runner/database/lock.h"

namespace drydock {
namespace {

using Kind = Project::Kind;

// What a project of some years has in a database, of every kind that has a way of its own to be dropped.
constexpr const char* postgres_things = R"(
CREATE TABLE parents (id serial PRIMARY KEY, name text);
CREATE TABLE children (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent integer REFERENCES parents);
CREATE TABLE measured (day date) PARTITION BY RANGE (day);
CREATE TABLE measured_all PARTITION OF measured DEFAULT;
INSERT INTO parents (name) VALUES ('a'); INSERT INTO children (parent) VALUES (1);
CREATE VIEW names AS SELECT name FROM parents; CREATE MATERIALIZED VIEW counted AS SELECT count(*) FROM parents;
CREATE TYPE mood AS ENUM ('fine'); CREATE TYPE pair AS (a integer, b mood); CREATE DOMAIN small AS integer;
CREATE FUNCTION one(a integer DEFAULT 1) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE nothing() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer);
CREATE SEQUENCE free; CREATE STATISTICS stats ON id, name FROM parents;
CREATE COLLATION mine FROM "C"; CREATE TEXT SEARCH CONFIGURATION words (COPY = simple);
CREATE SCHEMA "second one"; CREATE TABLE "second one".t (m mood); CREATE EXTENSION citext SCHEMA "second one";
CREATE TABLE shouts (x "second one".citext);
CREATE EXTENSION pg_trgm; CREATE INDEX ON parents USING gin (name gin_trgm_ops);
CREATE PUBLICATION all_of_it FOR ALL TABLES;
CREATE FUNCTION shout() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
CREATE EVENT TRIGGER house ON sql_drop EXECUTE FUNCTION shout();
SELECT lo_from_bytea(0, 'x');
)";

constexpr const char* sqlite_things = R"(
CREATE TABLE parents (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parents);
INSERT INTO parents (name) VALUES ('a'); INSERT INTO children VALUES (1, 1);
CREATE VIEW names AS SELECT name FROM parents; CREATE INDEX by_name ON parents (name);
CREATE TRIGGER t AFTER DELETE ON parents BEGIN SELECT RAISE(ABORT, 'no'); END;
CREATE VIRTUAL TABLE words USING fts5(name, content=parents);
CREATE TABLE "a "" b" (x PRIMARY KEY) WITHOUT ROWID; PRAGMA user_version = 7;
)";

// What stands in the database, drydock's own and extensions that every database has aside.
std::string what_is_left(const Project& project) {
  if (project.kind() == Kind::sqlite)
    return project.value(
        "SELECT coalesce(group_concat(name), '') || (SELECT user_version FROM pragma_user_version) FROM "
        "sqlite_schema WHERE name NOT LIKE 'drydock%' AND name NOT LIKE 'sqlite%'");
  return project.value(
      "SELECT concat_ws(',', (SELECT string_agg(relname, ',') FROM pg_class c WHERE oid >= 16384 AND relnamespace NOT "
      "IN "
      "(SELECT oid FROM pg_namespace WHERE nspname IN ('drydock', 'pg_toast'))), (SELECT string_agg(nspname, ',') FROM "
      "pg_namespace WHERE oid >= 16384), (SELECT string_agg(proname, ',') FROM pg_proc WHERE oid >= 16384), (SELECT "
      "string_agg(extname, ',') FROM pg_extension), (SELECT string_agg(typname, ',') FROM pg_type t WHERE oid >= 16384 "
      "AND typnamespace = 'public'::regnamespace), (SELECT string_agg(pubname, ',') FROM pg_publication), (SELECT "
      "string_agg(evtname, ',') FROM pg_event_trigger), (SELECT count(*) FROM pg_largeobject_metadata), (SELECT "
      "count(*) FROM pg_collation WHERE oid >= 16384), (SELECT count(*) FROM pg_operator WHERE oid >= 16384))");
}

std::string public_of(const Project& project) {
  return project.value(
      "SELECT concat_ws(' ', nspowner::regrole, nspacl, obj_description(oid, 'pg_namespace'), (SELECT "
      "string_agg(defaclacl::text, ',') FROM pg_default_acl)) FROM pg_namespace WHERE nspname = "
      "'public'");
}

void migrated(const Project& project) {
  project.write("migrations/0001_things.sql", project.kind() == Kind::sqlite ? sqlite_things : postgres_things);
  const Ran ran = project.drydock({"migrate"});
  INFO(ran.out, ran.err);
  REQUIRE(ran.code == 0);
}

std::string stamp_of(const Project& project) {
  return project.value(std::string("SELECT database_id || environment FROM drydock") +
                       (project.kind() == Kind::sqlite ? "_" : ".") + "stamp");
}

TEST_CASE("reset takes out everything but the stamp, and migrate begins from the start") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    if (kind == Kind::postgres)
      project.sql(
          "DO $$ BEGIN CREATE ROLE reader; EXCEPTION WHEN duplicate_object THEN NULL; END $$; GRANT USAGE ON "
          "SCHEMA public TO reader; COMMENT ON SCHEMA public IS 'ours'; ALTER DEFAULT PRIVILEGES IN SCHEMA "
          "public GRANT SELECT ON TABLES TO reader");
    migrated(project);
    const std::string stamp = stamp_of(project);
    const std::string before = kind == Kind::postgres ? public_of(project) : "";
    const Ran ran = project.drydock({"reset"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 0);
    CHECK(what_is_left(project) == (kind == Kind::sqlite ? "0" : "drydock,plpgsql,0,0,0"));
    CHECK(stamp_of(project) == stamp);
    if (kind == Kind::postgres) CHECK(public_of(project) == before);
    CHECK(project.drydock({"status", "--check"}).code == 9);
    const Ran again = project.drydock({"migrate"});
    INFO(again.out, again.err);
    CHECK(again.code == 0);
    CHECK(project.value("SELECT count(*) FROM children") == "1");
  }
}

TEST_CASE("reset twice, on a new database and on a file that is not there is nothing to do") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    const Ran none = project.drydock({"reset"});
    CHECK(none.code == 0);
    CHECK(none.says("nothing in"));
    CHECK_FALSE(std::filesystem::exists(project.folder() / "app.db"));
    migrated(project);
    CHECK(project.drydock({"reset"}).code == 0);
    CHECK(nlohmann::json::parse(project.drydock({"reset", "--json"}).out).at("result") == "emptied");
  }
}

struct Refused {
  const char* title;
  const char* stamp;  // the environment of the stamp; "": none
  std::vector<std::string> words;
  std::string toml;
  const char* says;
};

const Refused refused[] = {
    {"production", "production", {"--environment", "production"}, "", "is stamped as production"},
    {"production, by default", "production", {}, "", "is stamped as production"},
    {"staging", "staging", {"--environment", "staging"}, "", "is stamped as staging"},
    {"production said to be a test", "production", {"--environment", "test"}, "", "is stamped as production"},
    {"rows without a stamp", "", {}, "", "carries no stamp"},
    {"rows without a stamp, an environment given", "", {"--environment", "test"}, "", "carries no stamp"},
    {"a protected environment", "development", {}, "[environments.development]\nprotected = true\n", "is protected"},
    {"the id of another", "development", {}, "[environments.production]\nid = \"ID\"\n", "gives to production"},
    {"another id than expected",
     "development",
     {},
     "[environments.development]\nid = \"0123456789abcdef0123456789abcdef\"\n",
     "expects the database"},
};

TEST_CASE("no other database is emptied, and nothing of it is changed") {
  for (const Kind kind : both_kinds) {
    for (const Refused& each : refused) {
      CAPTURE(std::string(each.title));
      const Project project(kind);
      project.sql("CREATE TABLE users (id integer PRIMARY KEY); INSERT INTO users VALUES (1), (2)");
      if (*each.stamp != 0) {
        REQUIRE(project.drydock({"init", "--environment", each.stamp}).code == 0);
        std::filesystem::remove(project.folder() / "drydock.toml");
      }
      std::string toml = each.toml;
      if (const std::size_t at = toml.find("ID"); at != std::string::npos)
        toml.replace(at, 2, stamp_of(project).substr(0, 32));
      if (!toml.empty()) project.write("drydock.toml", toml);
      std::vector<std::string> words{"reset"};
      words.insert(words.end(), each.words.begin(), each.words.end());
      const std::string file = project.read("app.db");
      const Ran ran = project.drydock(words);
      INFO(ran.out, ran.err);
      CHECK(ran.code == 5);
      CHECK(ran.says(each.says));
      CHECK(project.read("app.db") == file);
      CHECK(project.value("SELECT count(*) FROM users") == "2");
    }
  }
}

TEST_CASE("reset waits for the lock of another runner, and ends with 6") {
  for (const Kind kind : both_kinds) {
    const Project project(kind);
    migrated(project);
    const DatabaseUrl url =
        DatabaseUrl::parse(kind == Kind::sqlite ? "sqlite:" + (project.folder() / "app.db").string() : project.url());
    const auto lock = acquire_lock(url, {});
    const Ran ran = project.drydock({"reset", "--lock-wait", "200ms"});
    INFO(ran.out, ran.err);
    CHECK(ran.code == 6);
    CHECK(project.value("SELECT count(*) FROM children") == "1");
  }
}

TEST_CASE("reset of a protected development database goes through, and the protection stays") {
  const Project project(Kind::postgres);
  project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
  REQUIRE(project.drydock({"migrate"}).code == 0);
  REQUIRE(project.drydock({"protect"}).code == 0);
  const Ran ran = project.drydock({"reset"});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK_FALSE(project.has_table("users"));
  CHECK(project.drydock({"protect"}).says("protected already"));
}

TEST_CASE("what the role may not drop leaves everything as it was; another's extension stays and is named") {
  const Project project(Kind::postgres);
  project.sql("DO $$ BEGIN CREATE ROLE resetter LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;");
  project.sql("DO $$ BEGIN EXECUTE 'ALTER DATABASE ' || current_database() || ' OWNER TO resetter'; END $$");
  project.sql("CREATE EXTENSION hstore");
  std::string url = project.url();
  url.replace(url.find("postgres@"), 9, "resetter@");
  project.write("migrations/0001_users.sql", "CREATE TABLE users (id integer, h hstore);\n");
  REQUIRE(project.without_database({"migrate", "--database", url}).code == 0);
  const Ran ran = project.without_database({"reset", "--database", url});
  INFO(ran.out, ran.err);
  CHECK(ran.code == 0);
  CHECK(ran.says("the extension hstore stays: it belongs to postgres"));
  CHECK(project.without_database({"migrate", "--database", url}).code == 0);

  project.sql("CREATE SCHEMA others; CREATE TABLE others.t (id integer)");
  const Ran failed = project.without_database({"reset", "--database", url});
  INFO(failed.out, failed.err);
  CHECK(failed.code == 1);
  CHECK(failed.says("it is as it was"));
  CHECK(project.has_table("users"));
}

}  // namespace
}  // namespace drydock
