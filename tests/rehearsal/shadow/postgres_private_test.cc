#include <doctest/doctest.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/postgres_source_fixture.h"
#include "rehearsal/shadow/postgres_template_directory.h"
#include "rehearsal/shadow/shadow_directory.h"

namespace drydock {
namespace {

using shadow_test::error_of;
using shadow_test::has_note;
using shadow_test::PostgresSourceFixture;

// One of everything that a schema can hold, and a query whose answer tells whether it came along.
struct Case {
  const char* what;
  const char* sql;
  const char* query;
};

const Case cases[] = {
    {"identity and generated columns",
     "CREATE TABLE people (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, gone int, twice int "
     "GENERATED ALWAYS AS (length(name) * 2) STORED); ALTER TABLE people DROP COLUMN gone;"
     "INSERT INTO people (name) SELECT 'p' || i FROM generate_series(1, 1000) i;",
     "SELECT md5(string_agg(p::text, ',' ORDER BY id)) FROM people p"},
    {"a table large enough to be truncated first",
     "CREATE TABLE large AS SELECT i, repeat('x', 500) AS filler FROM generate_series(1, 5000) i;",
     "SELECT count(*) || ' ' || sum(i) FROM large"},
    {"a table without columns", "CREATE TABLE nothing (); INSERT INTO nothing DEFAULT VALUES;",
     "SELECT count(*) FROM nothing"},
    {"partitions",
     "CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);"
     "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');"
     "CREATE TABLE part_2 PARTITION OF part DEFAULT;"
     "INSERT INTO part VALUES (1, '2020-05-05'), (2, '2022-05-05'), (3, NULL);",
     "SELECT string_agg(tableoid::regclass || ':' || id, ',' ORDER BY id) FROM part"},
    {"inherited tables",
     "CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent);"
     "INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 'x');",
     "SELECT string_agg(tableoid::regclass || ':' || id, ',' ORDER BY id) FROM parent"},
    {"types of the user's, and arrays of them",
     "CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE DOMAIN zip AS text CHECK (value ~ '^\\d+$');"
     "CREATE TYPE pair AS (a int, b mood); CREATE TABLE typed (m mood, ms mood[], z zip, zs zip[], p pair, ps pair[], "
     "r regclass, i int[], j jsonb, t timestamptz, f float8, n numeric, b bytea, rg int4range);"
     "INSERT INTO typed VALUES ('ok', '{sad,ok}', '123', '{1,2}', '(1,ok)', '{\"(2,sad)\"}', 'typed', '{1,NULL}', "
     "'{\"a\": 1}', now(), 0.1::float8 / 3, 1e-30, '\\x00ff', '[1,5)'); INSERT INTO typed DEFAULT VALUES;",
     "SELECT md5(string_agg(t::text, ',' ORDER BY z)) FROM typed t"},
    {"a CHECK whose function calls another by its name alone",
     "CREATE FUNCTION is_positive(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';"
     "CREATE FUNCTION is_allowed(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN is_positive($1); END';"
     "CREATE TABLE checked (id int CHECK (is_allowed(id))); INSERT INTO checked VALUES (1), (2);",
     "SELECT count(*) FROM checked"},
    {"a CHECK whose function finds another in the schema of its role's name",
     "CREATE SCHEMA postgres; CREATE FUNCTION postgres.is_even(int) RETURNS bool LANGUAGE sql IMMUTABLE AS 'SELECT $1 "
     "% 2 "
     "= 0'; CREATE FUNCTION is_fit(int) RETURNS bool LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN is_even($1); END';"
     "CREATE TABLE public.fitting (id int CHECK (is_fit(id))); INSERT INTO public.fitting VALUES (2), (4);",
     "SELECT count(*) FROM public.fitting"},
    {"sequences, called and not",
     "CREATE SEQUENCE called START 5 INCREMENT 3; SELECT nextval('called'), nextval('called');"
     "CREATE SEQUENCE fresh START 7; CREATE TABLE serials (id serial); INSERT INTO serials DEFAULT VALUES;",
     "SELECT nextval('called') || ' ' || nextval('fresh') || ' ' || nextval('serials_id_seq')"},
    {"materialized views, filled and not, one upon another",
     "CREATE TABLE m (id int); INSERT INTO m VALUES (1), (2);"
     "CREATE MATERIALIZED VIEW z_first AS SELECT sum(id) AS total FROM m; CREATE VIEW between AS SELECT * FROM z_first;"
     "CREATE MATERIALIZED VIEW a_second AS SELECT total * 2 AS twice FROM between;"
     "CREATE MATERIALIZED VIEW unfilled AS SELECT 1 WITH NO DATA;",
     "SELECT (SELECT twice FROM a_second) || (SELECT string_agg(relname || relispopulated, ',' ORDER BY relname) FROM "
     "pg_class WHERE relkind = 'm')"},
    {"foreign keys, triggers, indexes and views",
     "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int REFERENCES a ON DELETE CASCADE);"
     "INSERT INTO a VALUES (1); INSERT INTO b VALUES (1); CREATE INDEX ON b (id);"
     "CREATE FUNCTION noise() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'loud'; END $$;"
     "CREATE TRIGGER loud BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION noise();",
     "SELECT (SELECT count(*) FROM b) || string_agg(conname, ',' ORDER BY conname) FROM pg_constraint WHERE conrelid = "
     "'b'::regclass"},
    {"extensions",
     "CREATE EXTENSION citext; CREATE TABLE c (v citext, vs citext[]); INSERT INTO c VALUES ('A', '{B}');",
     "SELECT (v = 'a') || vs::text FROM c"},
    {"names that need quotes",
     "CREATE SCHEMA \"My \"\"s\"; CREATE TABLE \"My \"\"s\".\"T t\" (\"C c\" int);"
     "INSERT INTO \"My \"\"s\".\"T t\" VALUES (4);",
     "SELECT \"C c\" FROM \"My \"\"s\".\"T t\""},
    {"an unlogged table", "CREATE UNLOGGED TABLE u (id int); INSERT INTO u VALUES (1);", "SELECT count(*) FROM u"},
    {"publications", "CREATE TABLE p (id int); CREATE PUBLICATION news FOR TABLE p;",
     "SELECT count(*) FROM pg_publication_tables"},
};

TEST_CASE("A private shadow holds all kinds of objects as the source does") {
  std::string sql;
  for (const Case& one : cases) sql += one.sql;
  PostgresSourceFixture source(sql);
  auto shadow = source.clone();
  CHECK(shadow->provider() == "private");
  for (const Case& one : cases) {
    INFO(one.what);
    source.same_on_both(*shadow, one.query);
  }
  CHECK(shadow->source_census().rows_by_table == shadow->shadow_census().rows_by_table);
  CHECK(shadow->shadow_census().rows == shadow->source_census().rows);
}

TEST_CASE("The census names every table and counts its rows, drydock's own aside") {
  PostgresSourceFixture source(
      "CREATE TABLE full_ AS SELECT generate_series(1, 12); CREATE TABLE empty (id int);"
      "CREATE SCHEMA drydock; CREATE TABLE drydock.history AS SELECT 1 AS id;");
  auto shadow = source.clone();
  using Counts = std::vector<std::pair<std::string, std::int64_t>>;
  CHECK(shadow->shadow_census().rows_by_table == Counts{{"public.empty", 0}, {"public.full_", 12}});
  CHECK(shadow->source_census().tables == 2);
  CHECK(shadow->source_census().bytes > 0);
  CHECK(shadow->database().query("SELECT count(*) FROM drydock.history").integer(0, 0) == 1);
}

TEST_CASE("The source stays as it is, and what is left of the shadow is nothing") {
  PostgresSourceFixture source("CREATE TABLE t AS SELECT 1 AS id");
  auto shadow = source.clone();
  std::filesystem::path place = shadow->place();
  struct stat status {};
  REQUIRE(::stat(place.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0700);
  shadow->database().execute("DROP TABLE t");
  CHECK(source.database().ask("SELECT count(*) FROM t") == "1");
  shadow.reset();
  CHECK_FALSE(std::filesystem::exists(place));
}

TEST_CASE("USAGE on schemas and SELECT on tables and sequences are enough to read the source") {
  PostgresSourceFixture source("CREATE SCHEMA s; CREATE TABLE s.t (id serial); INSERT INTO s.t DEFAULT VALUES;");
  source.request.source = source.as_role("reader");
  std::string reason = source.refusal();
  CHECK(reason.find("GRANT USAGE ON SCHEMA s TO reader;") != std::string::npos);
  CHECK(reason.find("GRANT SELECT ON TABLE s.t TO reader;") != std::string::npos);
  CHECK(reason.find("GRANT SELECT ON SEQUENCE s.t_id_seq TO reader;") != std::string::npos);
  source.database().execute(
      "GRANT USAGE ON SCHEMA s TO reader; GRANT SELECT ON TABLE s.t TO reader;"
      "GRANT SELECT ON SEQUENCE s.t_id_seq TO reader;");
  CHECK(source.clone()->shadow_census().rows == 1);
}

TEST_CASE("A policy that hides rows is a reason to refuse, and the remedy is named") {
  PostgresSourceFixture source(
      "CREATE TABLE t AS SELECT 1 AS id; ALTER TABLE t ENABLE ROW LEVEL SECURITY; GRANT SELECT ON t TO PUBLIC;");
  source.request.source = source.as_role("blind");
  CHECK(source.refusal().find("ALTER ROLE blind BYPASSRLS") != std::string::npos);
  CHECK(source.refusal().find("public.t") != std::string::npos);
  source.database().execute("ALTER ROLE blind BYPASSRLS");
  CHECK(source.clone()->shadow_census().rows == 1);
}

TEST_CASE("A migration's statement gets the lock, statement and search settings of its role and database") {
  PostgresSourceFixture source("CREATE SCHEMA app; CREATE TABLE app.t (id int);");
  DatabaseUrl target = source.as_role("deployer");
  std::string database = drydock::quoted(target.database());
  source.database().execute("ALTER ROLE deployer SET search_path = app, \"Odd, name\"; ALTER DATABASE " + database +
                            " SET statement_timeout = '7s'; ALTER ROLE deployer IN DATABASE " + database +
                            " SET lock_timeout = '3s'");
  source.request.target = target;
  auto shadow = source.clone();
  CHECK(shadow->database().query("SHOW search_path").text(0, 0) == "app, \"Odd, name\"");
  CHECK(shadow->database().query("SHOW statement_timeout").text(0, 0) == "7s");
  CHECK(shadow->database().query("SHOW lock_timeout").text(0, 0) == "3s");
}

// The catalog's row alone: what a source has whose extension was never installed here.
TEST_CASE("An extension that is missing here is left out, and stops only where the schema needs it") {
  PostgresSourceFixture source(
      "CREATE TABLE t AS SELECT 1 AS id;"
      "INSERT INTO pg_extension (oid, extname, extowner, extnamespace, extrelocatable, extversion) "
      "VALUES (99999, 'not_here', 10, 2200, false, '1.0');");
  auto shadow = source.clone();
  CHECK(has_note(*shadow, "extension not_here is not installed here"));
  CHECK(shadow->shadow_census().rows == 1);

  source.database().execute(
      "CREATE TYPE its_type AS (a int); CREATE TABLE needs (id its_type);"
      "INSERT INTO pg_depend VALUES ('pg_type'::regclass, 'its_type'::regtype, 0, 'pg_extension'::regclass, 99999, 0, "
      "'e');");
  std::string reason = source.refusal();
  CHECK(reason.find("not_here") != std::string::npos);
  CHECK(reason.find("could not be restored") != std::string::npos);
}

TEST_CASE("Roles keep their memberships, and one that is a superuser's member is told to have lost it") {
  PostgresSourceFixture source("SELECT 1");
  source.database().execute(
      "DROP ROLE IF EXISTS team, member, odd_one; CREATE ROLE team NOLOGIN; CREATE ROLE member IN ROLE team; "
      "CREATE ROLE odd_one IN ROLE postgres; GRANT team TO member WITH ADMIN OPTION");
  auto shadow = source.clone();
  source.same_on_both(*shadow, "SELECT pg_has_role('member', 'team', 'MEMBER WITH ADMIN OPTION')");
  CHECK(has_note(*shadow, "odd_one"));
  CHECK(error_of(*shadow, "SET ROLE odd_one; RESET ROLE; SET ROLE team") == "");
  source.database().execute("DROP ROLE team, member, odd_one");
}

TEST_CASE("Owners, grants and the database's own are the source's") {
  PostgresSourceFixture source("SELECT 1");
  source.database().execute("DROP ROLE IF EXISTS landlord, tenant; CREATE ROLE landlord; CREATE ROLE tenant");
  source.database().execute(
      "CREATE TABLE house (id int, door int); ALTER TABLE house OWNER TO landlord; GRANT SELECT (door) ON house TO "
      "tenant; ALTER TABLE house ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON house TO tenant USING (id = 1);"
      "ALTER DEFAULT PRIVILEGES FOR ROLE landlord GRANT SELECT ON TABLES TO tenant;");
  std::string database = drydock::quoted(source.database().url().database());
  source.database().execute("REVOKE ALL ON DATABASE " + database + " FROM PUBLIC; GRANT CREATE ON DATABASE " +
                            database + " TO tenant; ALTER DATABASE " + database + " OWNER TO landlord");
  auto shadow = source.clone();
  for (const char* query :
       {"SELECT pg_get_userbyid(relowner) || (SELECT attacl::text FROM pg_attribute WHERE attrelid = c.oid AND attname "
        "= "
        "'door') FROM pg_class c WHERE relname = 'house'",
        "SELECT polroles::regrole[]::text || pg_get_expr(polqual, polrelid) FROM pg_policy",
        "SELECT defaclacl::text FROM pg_default_acl",
        "SELECT pg_get_userbyid(datdba) || has_database_privilege('tenant', oid, 'CREATE') || "
        "has_database_privilege('tenant', oid, 'CONNECT') FROM pg_database WHERE datname = current_database()"}) {
    source.same_on_both(*shadow, query);
  }
  shadow.reset();
  source.database().execute("ALTER DATABASE " + database +
                            " OWNER TO postgres; DROP OWNED BY tenant; DROP OWNED BY landlord; "
                            "DROP ROLE landlord, tenant");
}

TEST_CASE("No password of a role is on the shadow") {
  PostgresSourceFixture source("SELECT 1");
  source.as_role("keyholder", "PASSWORD 'secret'");
  auto shadow = source.clone();
  std::string host = shadow->database().url().parameters().at("host");
  auto superuser = open_database(DatabaseUrl::parse(
      "postgresql://drydock_shadow@/" + source.database().url().database() + "?host=" + host + "&port=5432"));
  CHECK(superuser->query("SELECT count(rolpassword) FROM pg_authid").integer(0, 0) == 0);
}

// A small file system of the test's own, where the tests may mount one.
class SmallDisk {
 public:
  explicit SmallDisk(std::int64_t bytes) {
    std::filesystem::permissions(directory_.path(), std::filesystem::perms::all);
    std::filesystem::create_directory(path());
    std::string options = "mode=0777,size=" + std::to_string(bytes);
    mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, options.c_str()) == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  std::filesystem::path path() const { return directory_ / "d"; }

 private:
  fixtures::TemporaryDirectory directory_;
  bool mounted_ = false;
};

TEST_CASE("A disk that is too small, or gets full on the way, is told with what is needed") {
  PostgresSourceFixture source(
      "CREATE TABLE t AS SELECT i, repeat(md5(i::text), 10) AS filler FROM generate_series(1, 60000) i;"
      "CREATE INDEX ON t (filler);");
  std::int64_t size = std::stoll(source.database().ask("SELECT pg_database_size(current_database())"));
  for (std::int64_t more : {10, 66, 75, 85}) {
    SmallDisk disk(size + (more << 20));
    if (!disk.mounted()) {
      MESSAGE("no file system can be mounted here: a full disk is tested for SQLite only");
      return;
    }
    source.request.shadow_directory = disk.path().string();
    std::string reason = source.refusal();
    INFO(more, " MB more than the source: ", reason);
    bool told = reason.find("no room for a shadow in " + disk.path().string()) != std::string::npos &&
                reason.find("shadow_directory") != std::string::npos;
    CHECK((told || (more > 66 && reason.empty())));
    if (more == 10) CHECK(told);
    for (const auto& entry : std::filesystem::directory_iterator(disk.path()))
      CHECK(entry.path().filename() == "templates");
  }
}

TEST_CASE("A locale that is missing here is named") {
  std::optional<ServerUser> user = server_user();
  std::filesystem::path base = shadow_base(shadow_test::shadows(), user);
  std::vector<PostgresBinaries> installed = installed_binaries(std::nullopt, Programs::server);
  REQUIRE_FALSE(installed.empty());
  try {
    template_directory(base, user, installed[0], {"UTF8", "xx_XX.utf8", "xx_XX.utf8", 'c', ""}, "drydock_shadow");
    FAIL("made");
  } catch (const CannotRehearse& error) {
    CHECK(std::string(error.what()).find("xx_XX.utf8") != std::string::npos);
  }
}

TEST_CASE("Programs are chosen by the source's version: the same, else the next newer, never an older one") {
  std::vector<PostgresBinaries> installed = {
      {"/13", "13.4", 13}, {"/17", "17.1", 17}, {"/15", "15.2", 15}, {"/16", "16.0", 16}};
  struct {
    int source, chosen;
  } const choices[] = {{13, 13}, {14, 15}, {15, 15}, {17, 17}};
  for (auto [major, chosen] : choices) CHECK(binaries_for(major, installed)->major == chosen);
  CHECK_FALSE(binaries_for(18, installed).has_value());
  CHECK_FALSE(binaries_for(15, {}).has_value());
}

TEST_CASE("Without programs the reason says what to do, and advises no second server on this machine") {
  PostgresSourceFixture source("SELECT 1");
  fixtures::TemporaryDirectory empty;
  source.request.binaries = empty.path().string();
  std::string reason = source.refusal();
  CHECK(reason.find("binaries in drydock.toml") != std::string::npos);
  CHECK(reason.find("shadow_server") != std::string::npos);
  CHECK(reason.find("apt") == std::string::npos);
}

}  // namespace
}  // namespace drydock
