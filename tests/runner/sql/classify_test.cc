// What the text of a statement says about how to run it. A row names what differs from an ordinary statement, which
// runs in the transaction, waits briefly for its locks and may run on a shadow.
#include "runner/sql/classify.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace drydock;

namespace {

// One line per statement, in the words of StatementTraits.
std::string described(const StatementTraits& traits) {
  std::string text = traits.tag;
  const auto add = [&](bool holds, const std::string& word) { text += holds ? " | " + word : ""; };
  add(!traits.parsed, "unparsed");
  add(traits.control == TransactionControl::begin, "begin");
  add(traits.control == TransactionControl::commit, "commit");
  add(traits.control == TransactionControl::savepoint, "savepoint");
  add(traits.control == TransactionControl::refused, "refused");
  add(traits.sets_transaction, "sets");
  add(!traits.begin_options.empty(), "options " + traits.begin_options);
  add(traits.outside_transaction, "outside");
  add(traits.loses_nothing_outside, "harmless");
  add(traits.lock_class == LockClass::concurrent, "waits");
  add(traits.truncates, "truncates");
  add(traits.rewrites, "rewrites");
  add(traits.runs_code, "code");
  add(traits.needs_superuser, "superuser");
  add(traits.touches_cluster, "cluster");
  add(!traits.reaches_outside.empty(), "reaches");
  add(traits.not_sent, "unsent");
  return text;
}

struct Row {
  std::string statement;
  std::string expected;
};

const std::vector<Row> postgres_rows = {
    // Ordinary ones.
    {"create table t (a int)", "CREATE TABLE"},
    {"CREATE UNLOGGED TABLE t (a int)", "CREATE TABLE"},
    {"create temp table t as select 1", "CREATE TABLE"},
    {"/* c */ create or replace view v as select 1", "CREATE VIEW"},
    {"create materialized view v as select 1", "CREATE MATERIALIZED VIEW"},
    {"create unique index on t (a)", "CREATE INDEX"},
    {"create index i on t (concurrently(a))", "CREATE INDEX"},
    {"create function concurrently() returns int language sql as 'select 1'", "CREATE FUNCTION"},
    {"drop table t cascade", "DROP TABLE"},
    {"drop index i", "DROP INDEX"},
    {"insert into t values ('vacuum')", "INSERT"},
    {"with x as (delete from t returning *) insert into u select * from x", "INSERT"},
    {"with recursive x as (select 1) update t set a = 1", "UPDATE"},
    {"delete from t", "DELETE"},
    {"grant select on t to r", "GRANT"},
    {"comment on table t is 'x'", "COMMENT"},
    {"notify c", "NOTIFY"},
    {"discard plans", "DISCARD"},
    {"create server s foreign data wrapper postgres_fdw", "CREATE SERVER"},
    {"alter type t rename value 'a' to 'b'", "ALTER TYPE"},
    // Transactions.
    {"begin", "BEGIN | begin"},
    {"BEGIN WORK", "BEGIN | begin"},
    {"begin transaction isolation level serializable, read only",
     "BEGIN | begin | options isolation level serializable, read only"},
    {"START TRANSACTION READ WRITE", "START | begin | options READ WRITE"},
    {"set transaction isolation level repeatable read", "SET | sets | options isolation level repeatable read"},
    {"SET LOCAL TRANSACTION READ ONLY", "SET | sets | options READ ONLY"},
    {"set transaction snapshot '1-1'", "SET"},
    {"set session characteristics as transaction read only", "SET"},
    {"set search_path = a", "SET"},
    {"commit", "COMMIT | commit"},
    {"commit work", "COMMIT | commit"},
    {"END TRANSACTION", "END | commit"},
    {"commit and no chain", "COMMIT | commit"},
    {"commit and chain", "COMMIT | refused"},
    {"commit prepared 'x'", "COMMIT | refused"},
    {"rollback", "ROLLBACK | refused"},
    {"rollback and no chain", "ROLLBACK | refused"},
    {"rollback prepared 'x'", "ROLLBACK | refused"},
    {"abort", "ABORT | refused"},
    {"prepare transaction 'x'", "PREPARE | refused"},
    {"prepare p as select 1", "PREPARE"},
    {"savepoint s", "SAVEPOINT | savepoint"},
    {"rollback to s", "ROLLBACK | savepoint"},
    {"rollback work to savepoint s", "ROLLBACK | savepoint"},
    {"release s", "RELEASE | savepoint"},
    // What cannot run in a transaction.
    {"create index concurrently i on t (a)", "CREATE INDEX | outside | harmless | waits"},
    {"create unique index concurrently if not exists i on t (a)", "CREATE INDEX | outside | harmless | waits"},
    {"drop index concurrently if exists i", "DROP INDEX | outside | harmless | waits"},
    {"reindex index i", "REINDEX"},
    {"reindex table t", "REINDEX"},
    {"reindex table concurrently t", "REINDEX | outside | harmless | waits"},
    {"reindex (concurrently) index i", "REINDEX | outside | harmless | waits"},
    {"reindex (verbose, concurrently true) table t", "REINDEX | outside | harmless | waits"},
    {"reindex (concurrently false) table t", "REINDEX"},
    {"reindex schema s", "REINDEX | outside"},
    {"reindex schema concurrently s", "REINDEX | outside | harmless | waits"},
    {"reindex database d", "REINDEX | outside"},
    {"reindex system d", "REINDEX | outside"},
    {"vacuum", "VACUUM | outside | harmless"},
    {"vacuum analyze t (a)", "VACUUM | outside | harmless"},
    {"vacuum full t", "VACUUM | outside | harmless | rewrites"},
    {"vacuum (full false, verbose) t", "VACUUM | outside | harmless"},
    {"analyze t", "ANALYZE | harmless"},
    {"cluster", "CLUSTER | outside | rewrites"},
    {"cluster verbose", "CLUSTER | outside | rewrites"},

    {"cluster t using i", "CLUSTER | rewrites"},
    {"alter table t detach partition p concurrently", "ALTER TABLE | outside | waits | rewrites"},
    {"alter table t detach partition p", "ALTER TABLE | rewrites"},
    {"alter database d set tablespace s", "ALTER DATABASE | outside | cluster | reaches"},
    {"alter database d set work_mem = '1MB'", "ALTER DATABASE | cluster"},
    {"create database d", "CREATE DATABASE | outside | reaches"},
    {"drop database if exists d", "DROP DATABASE | outside | reaches"},
    {"create tablespace s location '/x'", "CREATE TABLESPACE | outside | reaches"},
    {"drop tablespace s", "DROP TABLESPACE | outside | reaches"},
    {"alter system set work_mem = '1MB'", "ALTER SYSTEM | outside | reaches"},
    {"discard all", "DISCARD | outside"},
    {"create subscription s connection 'x' publication p", "CREATE SUBSCRIPTION | outside | reaches"},
    {"create subscription s connection 'x' publication p with (create_slot = false)", "CREATE SUBSCRIPTION | reaches"},
    {"create subscription s connection 'x' publication p with (connect = off)", "CREATE SUBSCRIPTION | reaches"},
    {"alter subscription s refresh publication", "ALTER SUBSCRIPTION | outside | reaches"},
    {"alter subscription s set publication p with (refresh = false)", "ALTER SUBSCRIPTION | reaches"},
    {"alter subscription s add publication p", "ALTER SUBSCRIPTION | outside | reaches"},
    {"alter subscription s disable", "ALTER SUBSCRIPTION | reaches"},
    {"drop subscription s", "DROP SUBSCRIPTION | outside | reaches"},
    {"alter type t add value if not exists 'b'", "ALTER TYPE | harmless"},
    // Locks and rewrites.
    {"alter table t validate constraint c", "ALTER TABLE | waits | rewrites"},
    {"alter table t validate constraint c, add column b int", "ALTER TABLE | rewrites"},
    {"alter table t add column validate int", "ALTER TABLE | rewrites"},
    {"alter table t alter a type text", "ALTER TABLE | rewrites"},
    {"refresh materialized view concurrently v", "REFRESH MATERIALIZED VIEW | rewrites"},
    {"truncate t", "TRUNCATE TABLE | truncates"},
    {"truncate table only t restart identity cascade", "TRUNCATE TABLE | truncates"},
    // Code.
    {"do $$ begin end $$", "DO | code"},
    {"call p()", "CALL | code"},
    {"execute p", "EXECUTE | code"},
    {"select f()", "SELECT | code"},
    {"(select 1) union select 2", "SELECT | code"},
    {"with x as (select 1) select * from x", "SELECT | code"},
    {"explain analyze delete from t", "EXPLAIN | code"},
    // What reaches outside or needs a superuser.
    {"copy t from stdin", "COPY"},
    {"copy (select 1 from t) to stdout", "COPY"},
    {"copy t from '/x'", "COPY | reaches"},
    {"copy (select 1) to '/x' with (format csv)", "COPY | reaches"},
    {"copy t to program 'x'", "COPY | reaches"},
    {"load 'x'", "LOAD | reaches"},
    {"create extension if not exists citext", "CREATE EXTENSION | superuser"},
    {"alter extension citext update", "ALTER EXTENSION | superuser"},
    {"drop extension citext", "DROP EXTENSION | superuser"},
    {"comment on extension citext is 'x'", "COMMENT | superuser"},
    {"create event trigger e on sql_drop execute function f()", "CREATE EVENT TRIGGER | superuser"},
    {"drop event trigger e", "DROP EVENT TRIGGER | superuser"},
    {"create publication p for all tables", "CREATE PUBLICATION | superuser"},
    {"alter publication p add tables in schema s", "ALTER PUBLICATION | superuser"},
    {"create publication p for table \"tables\"", "CREATE PUBLICATION"},
    {"create role r", "CREATE ROLE | cluster"},
    {"alter user u password 'x'", "ALTER USER | cluster"},
    // Not in this grammar: words alone.
    {"create tabel t", "CREATE TABEL | unparsed"},
    {"create index concurrently i on t with newer (x)", "CREATE INDEX | unparsed | outside | harmless | waits"},
    {"vacuum (newer) t because", "VACUUM | unparsed | outside | harmless"},
    {"alter table t detach partition p concurrently newer", "ALTER TABLE | unparsed | outside | waits | rewrites"},
    {"cluster (newer)", "CLUSTER | unparsed | outside | rewrites"},
    {"cluster (newer) t", "CLUSTER | rewrites"},
    {"commit newer", "COMMIT | unparsed | refused"},
    {"copy t from program 'x' newer ()", "COPY | unparsed | reaches"},
    {"truncate t newer newest", "TRUNCATE TABLE | unparsed | truncates"},
    {"alter system newer", "ALTER SYSTEM | unparsed | outside | reaches"},
};

const std::vector<Row> sqlite_rows = {
    {"create table t (a)", "CREATE TABLE"},
    {"CREATE UNIQUE INDEX i ON t (a)", "CREATE INDEX"},
    {"create virtual table t using fts5 (a)", "CREATE VIRTUAL TABLE"},
    {"create temp trigger t after insert on a begin select 1; end", "CREATE TRIGGER"},
    {"alter table t drop column a", "ALTER TABLE | rewrites"},
    {"replace into t values (1)", "REPLACE"},
    {"with x as (select 1) delete from t", "DELETE"},
    {"values (1)", "SELECT"},
    {"select 1", "SELECT"},
    {"reindex", "REINDEX"},
    {"analyze", "ANALYZE | harmless"},
    {"begin", "BEGIN | begin"},
    {"BEGIN TRANSACTION", "BEGIN | begin"},
    {"begin immediate transaction", "BEGIN | begin | options IMMEDIATE"},
    {"begin exclusive", "BEGIN | begin | options EXCLUSIVE"},
    {"begin deferred", "BEGIN | begin | options DEFERRED"},
    {"commit transaction", "COMMIT | commit"},
    {"end", "END | commit"},
    {"rollback", "ROLLBACK | refused"},
    {"rollback transaction", "ROLLBACK | refused"},
    {"rollback to s", "ROLLBACK | savepoint"},
    {"rollback transaction to savepoint s", "ROLLBACK | savepoint"},
    {"savepoint s", "SAVEPOINT | savepoint"},
    {"release savepoint s", "RELEASE | savepoint"},
    {"vacuum", "VACUUM | outside | harmless | rewrites"},
    {"vacuum main", "VACUUM | outside | harmless | rewrites"},
    {"vacuum into '/x'", "VACUUM | outside | rewrites | reaches"},
    {"vacuum main into '/x'", "VACUUM | outside | rewrites | reaches"},
    {"attach '/x' as y", "ATTACH | outside | reaches"},
    {"detach database y", "DETACH | outside | reaches"},
    {"pragma foreign_keys = off", "PRAGMA | unsent"},
    {"PRAGMA main.foreign_keys(0)", "PRAGMA | unsent"},
    {"pragma \"foreign_keys\" = off", "PRAGMA | unsent"},
    {"pragma journal_mode = wal", "PRAGMA | outside | harmless"},
    {"pragma main.journal_mode(wal)", "PRAGMA | outside | harmless"},
    {"pragma journal_mode", "PRAGMA | harmless"},
    {"pragma synchronous = normal", "PRAGMA | outside | harmless"},
    {"pragma temp_store = memory", "PRAGMA | outside | harmless"},
    {"pragma wal_checkpoint(truncate)", "PRAGMA | outside | harmless"},
    {"pragma cache_size = 10", "PRAGMA | harmless"},
    {"pragma defer_foreign_keys = on", "PRAGMA | harmless"},
    {"pragma user_version = 3", "PRAGMA"},
    {"pragma writable_schema = on", "PRAGMA | reaches"},
    {"pragma writable_schema", "PRAGMA"},
    {"pragma temp_store_directory = '/x'", "PRAGMA | reaches"},
};

void check(const std::vector<Row>& rows, Dialect dialect) {
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    CHECK(described(classify(row.statement, dialect)) == row.expected);
  }
}

std::string described(const ConcurrentIndex& index) {
  constexpr const char* actions[] = {"create", "drop", "reindex"};
  return std::string(actions[static_cast<int>(index.action)]) + " " + index.schema + "/" + index.index + " on " +
         index.table_schema + "/" + index.table;
}

}  // namespace

TEST_CASE("PostgreSQL's statements say how they are to be run") { check(postgres_rows, Dialect::postgres); }

TEST_CASE("SQLite's statements say how they are to be run") { check(sqlite_rows, Dialect::sqlite); }

TEST_CASE("The one index of a concurrent statement is named as the server stores it") {
  const std::vector<Row> rows = {
      {"create index concurrently I on S.T (a)", "create s/i on s/t"},
      {"create index concurrently \"I i\" on t (a)", "create /I i on /t"},
      {"create index concurrently on t (a)", "create / on /t"},
      {"drop index concurrently i", "drop /i on /"},
      {"drop index concurrently s.\"I\"", "drop s/I on /"},
      {"reindex index concurrently s.i", "reindex s/i on /"},
      {"reindex (concurrently) index i", "reindex /i on /"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.statement);
    const StatementTraits traits = classify(row.statement, Dialect::postgres);
    REQUIRE(traits.concurrent_index.has_value());
    CHECK(described(*traits.concurrent_index) == row.expected);
  }
  for (const char* several :
       {"reindex table concurrently t", "reindex schema concurrently s", "create index i on t (a)"})
    CHECK_FALSE(classify(several, Dialect::postgres).concurrent_index.has_value());
}

TEST_CASE("An expression as deep as the stack is classified all the same") {
  std::string sum = "1";
  for (int count = 0; count < 50'000; ++count) sum += "+1";
  CHECK(described(classify("select " + sum, Dialect::postgres)) == "SELECT | code");
  CHECK(described(classify("alter table t add check (a > " + sum + ")", Dialect::postgres)) ==
        "ALTER TABLE | rewrites");
  CHECK(described(classify("create view v as select " + sum, Dialect::postgres)) == "CREATE VIEW");
}
