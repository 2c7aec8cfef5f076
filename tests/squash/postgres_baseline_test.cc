// A baseline brings an empty database to where its history brings one: replayed, written, replayed again, compared.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "fixtures/temporary_directory.h"
#include "squash/baseline_writers.h"
#include "squash/difference.h"
#include "squash/postgres_dump.h"
#include "squash/postgres_replay.h"
#include "squash/snapshots.h"

namespace drydock {
namespace {

std::string text_of_rich_schema() {
  std::ifstream file(std::filesystem::path(DRYDOCK_SOURCE_DIR) / "tests/squash/postgres_rich_schema.sql");
  REQUIRE(file);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// What a history and its baseline come to.
struct Proof {
  BaselineText baseline;
  std::string differences;
};

Proof prove(const std::string& history) {
  const fixtures::TemporaryDirectory directory(fixtures::place_for_servers());
  std::filesystem::permissions(directory.path(), std::filesystem::perms(0777));
  ThrowawayRequest request;
  request.dialect = Dialect::postgres;
  request.shadow_directory = directory.path().string();
  const std::unique_ptr<Throwaways> throwaways = make_postgres_throwaways(request);
  const Migration originals = migration_of(history);
  const std::unique_ptr<ThrowawayDatabase> left = throwaways->make({originals});
  replay(*left, originals);
  Proof proof{write_postgres_baseline(*left), {}};
  INFO(proof.baseline.sql);
  const Migration baseline = migration_of(proof.baseline.sql);
  const std::unique_ptr<ThrowawayDatabase> right = throwaways->make({baseline});
  replay(*right, baseline);
  proof.differences = describe(differences(take_postgres_snapshot(left->reader(), SnapshotScope::schema_and_data),
                                           take_postgres_snapshot(right->reader(), SnapshotScope::schema_and_data)),
                               "the originals", "the baseline");
  return proof;
}

bool comes_before(const std::string& text, const std::string& first, const std::string& second) {
  const std::size_t one = text.find(first), other = text.find(second);
  CHECK_MESSAGE(one != std::string::npos, first);
  CHECK_MESSAGE(other != std::string::npos, second);
  return one < other;
}

TEST_CASE("a rich schema with rows comes out equal, in a text for people") {
  const Proof proof = prove(text_of_rich_schema());
  const std::string& sql = proof.baseline.sql;
  INFO(sql);
  CHECK(proof.differences == "");
  CHECK(proof.baseline.notes.empty());
  for (const char* noise : {"\\restrict", "set_config", "Dumped", "; Owner:", "drydock_migrator", "DROP ", "TRUNCATE",
                            "\nDELETE", "statement_timeout"}) {
    CHECK_MESSAGE(sql.find(noise) == std::string::npos, noise);
  }
  CHECK(comes_before(sql, "-- table shop.orders\nCREATE TABLE shop.orders (",
                     "CREATE SEQUENCE shop.orders_id_seq\n    AS integer;"));
  CHECK(comes_before(sql, "ADD CONSTRAINT orders_pkey PRIMARY KEY", "GRANT SELECT,INSERT ON TABLE shop.orders TO bob"));
  CHECK(comes_before(sql, "GRANT SELECT,INSERT ON TABLE shop.orders TO bob", "-- rows of shop.customers"));
  CHECK(comes_before(sql, "INSERT INTO shop.customers (id, email, name, feeling", "-- foreign keys"));
  CHECK(comes_before(sql, "OVERRIDING SYSTEM VALUE VALUES\n  (1, 'a@example.com'",
                     "ADD CONSTRAINT orders_customer_fkey"));
  CHECK(comes_before(sql, "SELECT pg_catalog.setval('shop.ticket', 105, true)", "CREATE TRIGGER touch"));
  CHECK(comes_before(sql, "CREATE POLICY own", "REFRESH MATERIALIZED VIEW shop.sums;"));
}

struct History {
  std::string name, sql;
};

TEST_CASE("what dumps leave out or say otherwise comes out equal") {
  const History histories[] = {
      {"a role of the history's own",
       "CREATE ROLE carol LOGIN CREATEDB; CREATE ROLE dora; GRANT dora TO carol; CREATE TABLE t (); GRANT ALL ON t TO "
       "carol WITH GRANT OPTION;"},
      {"settings, grants and a comment of the database",
       "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = app, \"$user\", public', current_database()); "
       "EXECUTE format('ALTER DATABASE %I SET work_mem = ''5MB''', current_database()); EXECUTE format('GRANT CREATE "
       "ON DATABASE %I TO bob', current_database()); EXECUTE format('COMMENT ON DATABASE %I IS ''100%% ours''', "
       "current_database()); END $$; CREATE TABLE t (); GRANT SELECT ON t TO bob;"},
      {"the schema public made anew",
       "DROP SCHEMA public; CREATE SCHEMA public; CREATE TABLE public.t (a int); GRANT USAGE ON SCHEMA public TO bob;"},
      {"tables of other owners",
       "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY, a int REFERENCES a); INSERT INTO a "
       "VALUES (1); INSERT INTO b (a) VALUES (1); ALTER TABLE a OWNER TO bob; ALTER TABLE b OWNER TO alice; CREATE "
       "SCHEMA s AUTHORIZATION bob;"},
      {"an owner's rights that are taken",
       "CREATE TABLE t (a int); INSERT INTO t VALUES (1); REVOKE INSERT, UPDATE ON t FROM CURRENT_USER;"},
      {"partitions of partitions with keys",
       "CREATE TABLE z (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at); CREATE TABLE a_old PARTITION "
       "OF z FOR VALUES FROM (MINVALUE) TO ('2020-01-01'); CREATE TABLE b_new PARTITION OF z FOR VALUES FROM "
       "('2020-01-01') TO (MAXVALUE) PARTITION BY LIST (id); CREATE TABLE a_one PARTITION OF b_new FOR VALUES IN (1); "
       "CREATE INDEX ON z (id); CREATE TABLE y (id int, at date, FOREIGN KEY (id, at) REFERENCES z); INSERT INTO z "
       "VALUES (1, '2019-01-01'), (1, '2021-01-01'); INSERT INTO y VALUES (1, '2021-01-01'); CREATE FUNCTION f() "
       "RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; CREATE TRIGGER t AFTER INSERT ON z FOR EACH ROW "
       "EXECUTE FUNCTION f();"},
      {"a view that needs a key, and one upon it",
       "CREATE TABLE t (id int PRIMARY KEY, a text); CREATE VIEW v AS SELECT id, a FROM t GROUP BY id; CREATE VIEW w "
       "AS SELECT * FROM v; CREATE MATERIALIZED VIEW m AS SELECT * FROM v; CREATE INDEX ON m (a);"},
      {"functions, defaults and checks that need each other",
       "CREATE TABLE t (a int); CREATE FUNCTION f(t) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a'; CREATE "
       "FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT 1'; ALTER TABLE t ADD b int DEFAULT g(), ADD CONSTRAINT c "
       "CHECK (f(t) > 0); CREATE INDEX ON t (f(t)); INSERT INTO t VALUES (1); CREATE FUNCTION h() RETURNS SETOF t "
       "LANGUAGE sql BEGIN ATOMIC SELECT * FROM t; END;"},
      {"values of every kind",
       "CREATE TABLE t (a float8, b float4, c numeric, d interval, e timestamptz, f jsonb, g text[], h bytea, i bool, "
       "j bigint, k uuid, l text, m money, n xml, o int4range, p inet, q bit varying); INSERT INTO t VALUES ('NaN', "
       "'Infinity', 'NaN', '1 year -2 days 00:00:00.5', '-infinity', '{\"a\": [1, null]}', ARRAY['x', NULL, '\"'], "
       "'\\x00ff', true, -9223372036854775808, 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', E'\\r\\n\\t\\\\''', '1234.56', "
       "'<a/>', '[1,3)', '10.0.0.1/8', B'101'), (1e-310, 1.1, 1e40, '0', '2024-02-29 12:00:00.123456+05', '1', '{}', "
       "'', false, 0, NULL, '', '-1', '', 'empty', '::1', ''), (0.1, 16777217, 0.10, NULL, 'infinity', 'null', NULL, "
       "NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);"},
      {"tables without columns, with generated ones alone, and with an identity",
       "CREATE TABLE none (); INSERT INTO none DEFAULT VALUES; INSERT INTO none DEFAULT VALUES; CREATE TABLE made (a "
       "int GENERATED ALWAYS AS (1) STORED); INSERT INTO made DEFAULT VALUES; CREATE TABLE by_default (id int "
       "GENERATED BY DEFAULT AS IDENTITY (START 10 INCREMENT 5), b text); INSERT INTO by_default (b) VALUES ('x'), "
       "('y'); CREATE TABLE double (a int); INSERT INTO double VALUES (1), (1), (NULL);"},
      {"rows that a trigger, a rule or a policy would keep out",
       "CREATE TABLE t (a int); INSERT INTO t VALUES (1); CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS "
       "'BEGIN RETURN NULL; END'; CREATE TRIGGER no BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION no(); CREATE "
       "TABLE u (a int); INSERT INTO u VALUES (1); CREATE RULE never AS ON INSERT TO u DO INSTEAD NOTHING; CREATE "
       "TABLE w (a int); INSERT INTO w VALUES (1); ALTER TABLE w ADD CHECK (a > 1) NOT VALID; ALTER TABLE w ENABLE ROW "
       "LEVEL SECURITY, FORCE ROW LEVEL SECURITY; CREATE POLICY p ON w TO CURRENT_USER USING (false);"},
      {"sequences that stand anywhere",
       "CREATE SEQUENCE a; CREATE SEQUENCE b INCREMENT -3 MAXVALUE 10 MINVALUE -100 START 5 CYCLE; CREATE SEQUENCE c; "
       "SELECT nextval('a'); SELECT setval('b', 4, false); CREATE SEQUENCE before_it; CREATE TABLE x (id int DEFAULT "
       "nextval('before_it')); CREATE TABLE a_first (id int); ALTER SEQUENCE c OWNED BY a_first.id;"},
      {"default privileges and grants of others",
       "CREATE ROLE carol; ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO carol; ALTER DEFAULT PRIVILEGES REVOKE "
       "EXECUTE ON FUNCTIONS FROM PUBLIC; CREATE TABLE t (a int, b int); GRANT SELECT ON t TO bob WITH GRANT OPTION; "
       "SET ROLE bob; GRANT SELECT ON t TO carol; RESET ROLE; GRANT UPDATE (a) ON t TO bob; CREATE FUNCTION f() "
       "RETURNS int LANGUAGE sql AS 'SELECT 1'; GRANT EXECUTE ON FUNCTION f() TO bob; CREATE TYPE e AS ENUM (); REVOKE "
       "USAGE ON TYPE e FROM PUBLIC;"},
      {"names that have to be quoted",
       "CREATE SCHEMA \"A b\"; CREATE TABLE \"A b\".\"C;d\" (\"x\"\"y\" serial PRIMARY KEY, \"Z\" text DEFAULT '--'); "
       "INSERT INTO \"A b\".\"C;d\" (\"Z\") VALUES ('/*'); COMMENT ON COLUMN \"A b\".\"C;d\".\"Z\" IS E'two\\nlines -- "
       "Name: x; Type: TABLE; Schema: -; Owner: y'; CREATE FUNCTION \"A b\".f() RETURNS int LANGUAGE sql AS "
       "$x$\n--\n-- Name: x; Type: TABLE; Schema: -; Owner: y\n--\nSELECT 1; $x$;"},
      {"publications that only a superuser makes",
       "CREATE SCHEMA s; CREATE PUBLICATION everything FOR ALL TABLES; CREATE PUBLICATION part FOR TABLES IN SCHEMA s; "
       "CREATE TABLE s.t (a int); ALTER PUBLICATION part ADD TABLE s.t;"},
      {"expressions that the server writes otherwise when it has read them back",
       "CREATE TABLE t (a varchar(10) CHECK (a IN ('x', 'y')), b varchar DEFAULT 'z' CHECK (b NOT IN ('p', 'q')), c "
       "int "
       "DEFAULT -1, d varchar[] DEFAULT ARRAY['x'], e interval DEFAULT '1 day', f numeric CHECK (f BETWEEN 0 AND "
       "1.5)); "
       "CREATE INDEX ON t (b) WHERE a IN ('x', 'y'); CREATE VIEW v AS SELECT * FROM t WHERE a IN ('x', 'y') AND b LIKE "
       "'z%' OR c IN (1, 2); CREATE VIEW w AS SELECT CASE WHEN a IN ('x', 'y') THEN 1 END AS n FROM t JOIN v USING "
       "(a); "
       "ALTER TABLE t RENAME b TO bb; CREATE POLICY p ON t USING (a IN ('x', 'y')); CREATE DOMAIN m AS varchar CHECK "
       "(VALUE IN ('x', 'y'));"},
      {"drydock's own tables",
       "CREATE SCHEMA drydock; CREATE TABLE drydock.history (id text); INSERT INTO drydock.history VALUES ('1'); "
       "CREATE TABLE t (a int);"},
  };
  for (const History& history : histories) {
    CAPTURE(history.name);
    const Proof proof = prove(history.sql);
    INFO(proof.baseline.sql);
    CHECK(proof.differences == "");
    CHECK(proof.baseline.notes.empty());
    CHECK(proof.baseline.sql.find("drydock.history") == std::string::npos);
  }
}

TEST_CASE("what SQL cannot say is said in a note") {
  CHECK(prove("DROP SCHEMA public").baseline.notes.size() == 1);
  CHECK(prove("SELECT lo_create(4711)").baseline.notes.size() == 1);
}

TEST_CASE("the migrating role is CURRENT_USER where a role stands, and nowhere else") {
  const auto rewritten = [](const std::string& type, const std::string& statement) {
    const std::string text = "-- Name: x; Type: " + type + "; Schema: s; Owner: app\n" + statement + ";\n";
    return parse_dump(text, "app").at(0).statements.at(0);
  };
  CHECK(rewritten("ACL", "GRANT SELECT(app) ON TABLE app.app TO bob,app WITH GRANT OPTION") ==
        "GRANT SELECT(app) ON TABLE app.app TO bob,CURRENT_USER WITH GRANT OPTION");
  CHECK(rewritten("ACL", "REVOKE ALL ON FUNCTION s.f(a integer, app text) FROM app") ==
        "REVOKE ALL ON FUNCTION s.f(a integer, app text) FROM CURRENT_USER");
  CHECK(rewritten("POLICY",
                  "CREATE POLICY app ON s.app TO bob, app USING ((a IN ( SELECT t.app FROM app.t ORDER BY app)))") ==
        "CREATE POLICY app ON s.app TO bob, CURRENT_USER USING ((a IN ( SELECT t.app FROM app.t ORDER BY app)))");
  CHECK(rewritten("DEFAULT ACL", "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app GRANT ALL ON TABLES TO app") ==
        "ALTER DEFAULT PRIVILEGES FOR ROLE CURRENT_USER IN SCHEMA app GRANT ALL ON TABLES TO CURRENT_USER");
  CHECK(rewritten("TABLE", "CREATE TABLE s.app (a text DEFAULT 'TO app')") ==
        "CREATE TABLE s.app (a text DEFAULT 'TO app')");
}

TEST_CASE("a dump is taken apart by its comments, not by what looks like them in a body") {
  const std::vector<DumpEntry> entries = parse_dump(
      "--\n-- Name: f; Type: FUNCTION; Schema: public; Owner: app\n--\n\nCREATE FUNCTION public.f() AS $$\n-- Name: g; "
      "Type: TABLE; Schema: -; Owner: x\n;$$;\n\nALTER FUNCTION public.f() OWNER TO app;\n\n--\n-- Name: a; b; Type: "
      "TABLE; Schema: x y; Owner: \n--\n\nSET default_tablespace = '';\n\nCREATE TABLE x.a ();\nALTER TABLE x.a OWNER "
      "TO bob;\n",
      "app");
  REQUIRE(entries.size() == 2);
  CHECK(entries[0].type == "FUNCTION");
  CHECK(entries[0].statements.size() == 1);
  CHECK(entries[1].name == "a; b");
  CHECK(entries[1].schema == "x y");
  CHECK(entries[1].statements == std::vector<std::string>{"CREATE TABLE x.a ()", "ALTER TABLE x.a OWNER TO bob"});
}

}  // namespace
}  // namespace drydock
