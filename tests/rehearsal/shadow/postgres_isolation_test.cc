#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rehearsal/shadow/postgres_source_fixture.h"
#include "runner/database/interruption.h"

namespace drydock {
namespace {

using shadow_test::error_of;
using shadow_test::has_note;
using shadow_test::PostgresSourceFixture;

constexpr const char* insufficient_privilege = "42501";

TEST_CASE("A superuser's migrations run without SUPERUSER, and cannot get it back") {
  PostgresSourceFixture source("CREATE TABLE t AS SELECT 1 AS id");
  auto shadow = source.clone();
  CHECK(shadow->database().query("SELECT session_user").text(0, 0) == "postgres");
  CHECK(shadow->database().query("SELECT rolsuper::int FROM pg_roles WHERE rolname = session_user").integer(0, 0) == 0);
  CHECK(error_of(*shadow, "RESET SESSION AUTHORIZATION; ALTER ROLE postgres SUPERUSER") == insufficient_privilege);
  CHECK(error_of(*shadow, "SET ROLE drydock_shadow") == insufficient_privilege);
  CHECK(error_of(*shadow, "SET session_replication_role = replica") == "");
  CHECK(has_note(*shadow, "without SUPERUSER"));
}

TEST_CASE("A superuser's migrations may do to others' objects what they may on the source") {
  PostgresSourceFixture source("SELECT 1");
  source.database().execute("DROP ROLE IF EXISTS owner_of_things; CREATE ROLE owner_of_things");
  source.database().execute(
      "CREATE SCHEMA s AUTHORIZATION owner_of_things; CREATE TABLE s.t (id int);"
      "ALTER TABLE s.t OWNER TO owner_of_things; CREATE EXTENSION pg_trgm");
  auto shadow = source.clone();
  CHECK(error_of(*shadow, "ALTER TABLE s.t ADD COLUMN more int; GRANT SELECT ON s.t TO PUBLIC") == "");
  CHECK(error_of(*shadow, "SET ROLE owner_of_things; CREATE TABLE s.u (); RESET ROLE") == "");
  CHECK(error_of(*shadow, "CREATE ROLE made; CREATE SCHEMA drydock; CREATE TABLE public.made ()") == "");
  CHECK(error_of(*shadow, "DROP EXTENSION pg_trgm") == "");
  source.same_on_both(*shadow, "SELECT relowner::regrole FROM pg_class WHERE oid = 's.t'::regclass");
  shadow.reset();
  source.database().execute("DROP SCHEMA s CASCADE; DROP ROLE owner_of_things");
}

TEST_CASE("An ordinary role has on the shadow what it has on the source, and no more") {
  PostgresSourceFixture source("CREATE TABLE t (id int); CREATE TABLE secret (id int);");
  source.request.target = source.as_role("worker");
  source.database().execute("GRANT SELECT ON t TO worker; GRANT USAGE ON SCHEMA public TO worker");
  auto shadow = source.clone();
  CHECK(shadow->database().query("SELECT session_user").text(0, 0) == "worker");
  CHECK(error_of(*shadow, "SELECT * FROM t") == "");
  CHECK(error_of(*shadow, "SELECT * FROM secret") == insufficient_privilege);
  CHECK_FALSE(shadow->superuser());
}

TEST_CASE("Programs, files and other servers cannot be reached") {
  PostgresSourceFixture source("CREATE EXTENSION dblink");
  auto shadow = source.clone();
  const char* statements[] = {
      "COPY (SELECT 1) TO PROGRAM 'cat'",
      "DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''cat'''; END $$",
      "COPY (SELECT 1) TO '/tmp/drydock-must-not-be-there'",
      "SELECT pg_read_file('/etc/passwd')",
      "SELECT dblink_connect('host=127.0.0.1 password=x')",
      "CREATE SUBSCRIPTION s CONNECTION 'host=127.0.0.1' PUBLICATION p WITH (connect = false)",
      "ALTER SYSTEM SET work_mem = '1GB'",
  };
  for (const char* statement : statements) {
    INFO(statement);
    CHECK(error_of(*shadow, statement) == insufficient_privilege);
  }
  CHECK(has_note(*shadow, "dblink"));
}

// Whoever became the superuser all the same would still be held by the kernel.
TEST_CASE("Not even the shadow's superuser reaches programs, files and other servers") {
  PostgresSourceFixture source("CREATE EXTENSION dblink");
  auto shadow = source.clone();
  if (has_note(*shadow, "no Landlock")) {
    WARN("this kernel has no Landlock: nothing to test");
    return;
  }
  std::string host = shadow->database().url().parameters().at("host");
  auto superuser = open_database(DatabaseUrl::parse(
      "postgresql://drydock_shadow@/" + source.database().url().database() + "?host=" + host + "&port=5432"));
  std::string there = fixtures::PostgresServer::instance().url().parameters().at("host");
  std::string statements[] = {
      "COPY (SELECT 1) TO PROGRAM 'cat'",
      "COPY (SELECT 1) TO '/tmp/drydock-must-not-be-there'",
      "SELECT pg_read_file('/etc/hostname')",
      "SELECT pg_ls_dir('" + there + "')",
      "SELECT dblink_connect('host=" + there + " port=5432 user=postgres dbname=postgres')",
  };
  CHECK(superuser->query("SELECT rolsuper::int FROM pg_roles WHERE rolname = session_user").integer(0, 0) == 1);
  for (const std::string& statement : statements) {
    INFO(statement);
    CHECK_THROWS_AS(superuser->execute(statement), DatabaseError);
  }
}

TEST_CASE("A foreign server keeps its definition and leads nowhere") {
  PostgresSourceFixture source(
      "CREATE TABLE local_rows AS SELECT generate_series(1, 100) AS id; CREATE EXTENSION postgres_fdw;");
  auto& server = fixtures::PostgresServer::instance();
  source.database().execute("CREATE SERVER self FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '" +
                            server.url().parameters().at("host") + "', dbname '" + source.database().url().database() +
                            "');"
                            "CREATE USER MAPPING FOR postgres SERVER self OPTIONS (user 'postgres', password 'x');"
                            "CREATE FOREIGN TABLE remote_rows (id int) SERVER self OPTIONS (table_name 'local_rows');");
  CHECK(source.database().ask("SELECT count(*) FROM remote_rows") == "100");
  auto shadow = source.clone();
  CHECK(error_of(*shadow, "DELETE FROM remote_rows") != "");
  CHECK(error_of(*shadow, "SELECT * FROM remote_rows") != "");
  CHECK(shadow->database().query("SELECT count(*) FROM pg_user_mappings").integer(0, 0) == 0);
  CHECK(shadow->shadow_census().rows == 100);
  CHECK(has_note(*shadow, "self"));
  CHECK(source.database().ask("SELECT count(*) FROM local_rows") == "100");
}

TEST_CASE("What needs a superuser is run by drydock in the migration's transaction, and belongs to its role") {
  PostgresSourceFixture source("CREATE TABLE t (v text)");
  auto shadow = source.clone();
  auto run = shadow->superuser();
  REQUIRE(run);
  Database& session = shadow->database();
  Statement extension;
  extension.text = "CREATE EXTENSION pg_stat_statements";
  session.begin();
  run(session, extension);
  session.rollback();
  CHECK(session.query("SELECT count(*) FROM pg_extension WHERE extname = 'pg_stat_statements'").integer(0, 0) == 0);
  session.begin("ISOLATION LEVEL SERIALIZABLE");
  session.query("SELECT count(*) FROM pg_class");
  run(session, extension);
  session.commit();
  CHECK(session.query("SELECT extowner::regrole FROM pg_extension WHERE extname = 'pg_stat_statements'").text(0, 0) ==
        "postgres");
  CHECK(error_of(*shadow, "DROP EXTENSION pg_stat_statements") == "");

  session.execute("CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'seen'; END $$");
  Statement trigger;
  trigger.text = "CREATE EVENT TRIGGER seen ON sql_drop EXECUTE FUNCTION noted()";
  run(session, trigger);
  CHECK(error_of(*shadow, "DROP TABLE t") == "P0001");
  CHECK(error_of(*shadow, "DROP EVENT TRIGGER seen; DROP TABLE t") == "");
}

TEST_CASE("Nobody else gets the superuser's function to run anything, and its errors are the statement's") {
  PostgresSourceFixture source("SELECT 1");
  auto shadow = source.clone();
  CHECK(error_of(*shadow, "SELECT pg_drydock.run_as_superuser('guess', 'ALTER ROLE postgres SUPERUSER')") ==
        insufficient_privilege);
  CHECK(error_of(*shadow, "SELECT pg_drydock.run_as_superuser(NULL, 'ALTER ROLE postgres SUPERUSER')") ==
        insufficient_privilege);
  Statement statement;
  statement.text = "CREATE EXTENSION there_is_no_such";
  CHECK_THROWS_AS(shadow->superuser()(shadow->database(), statement), StatementError);
}

TEST_CASE("Event triggers of the source are on the shadow, and do not see it being made") {
  PostgresSourceFixture source(
      "CREATE TABLE t (id int); CREATE MATERIALIZED VIEW m AS SELECT 1;"
      "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'refused'; END $$;"
      "CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse();");
  auto shadow = source.clone();
  CHECK(error_of(*shadow, "CREATE TABLE u ()") == "P0001");
}

TEST_CASE("An interruption ends the clone wherever it is, and leaves nothing") {
  PostgresSourceFixture source("CREATE TABLE t AS SELECT i, repeat('x', 300) FROM generate_series(1, 50000) i");
  source.request.server_url = fixtures::PostgresServer::instance().url().display();
  source.clone();
  for (std::string provider : {"private", "server"}) {
    for (int after : {0, 50, 100, 200, 300, 400, 500}) {
      INFO(provider, " after ", after, " ms");
      set_deadline(std::chrono::milliseconds(after));
      try {
        make_shadow(source.request, provider);
      } catch (const Interrupted&) {
      }
      set_deadline(std::nullopt);
      CHECK(source.database().ask("SELECT count(*) FROM pg_database WHERE datname LIKE 'drydock\\_shadow\\_%'") == "0");
      for (const auto& entry : std::filesystem::directory_iterator(*source.request.shadow_directory)) {
        CHECK(entry.path().filename() == "templates");
      }
    }
  }
}

// A child makes a shadow and is killed: nothing of it may run on, and the janitor takes the rest.
TEST_CASE("A killed run leaves no server, and its directory is taken away by the next") {
  PostgresSourceFixture source("CREATE TABLE t AS SELECT 1 AS id");
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  pid_t child = ::fork();
  if (child == 0) {
    auto shadow = source.clone();
    std::string place = shadow->place();
    if (::write(ends[1], place.data(), place.size()) < 0) ::_exit(1);
    ::pause();
    ::_exit(0);
  }
  char text[512] = {};
  REQUIRE(::read(ends[0], text, sizeof text - 1) > 0);
  std::filesystem::path place = text;
  CHECK(std::filesystem::exists(place / "data/postmaster.pid"));
  CHECK(remove_leftovers(source.request.shadow_directory).removed.empty());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  const std::vector<std::string> removed = remove_leftovers(source.request.shadow_directory).removed;
  REQUIRE(removed.size() == 1);
  CHECK(removed[0].find(place.string()) != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(place));
  CHECK(remove_leftovers(source.request.shadow_directory).removed.empty());
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace drydock
