// One statement of a migration's file, with the line it starts on, and what is known of it from its text alone.
//
// What the text says decides how a statement is run (alone, with which lock_timeout, not at all); it never decides that
// a statement loses nothing.
#pragma once

#include <optional>
#include <string>

namespace drydock {

// What a statement does to transactions.
enum class TransactionControl {
  none,
  begin,      // BEGIN, START TRANSACTION: a border, never sent as such
  commit,     // COMMIT, END: a border, never sent as such
  savepoint,  // SAVEPOINT, ROLLBACK TO, RELEASE: sent
  refused,    // ROLLBACK, ABORT, PREPARE TRANSACTION, COMMIT AND CHAIN ...: an error in a migration (exit 2)
};

// How long the statement may wait for its locks by default.
enum class LockClass {
  ordinary,    // may take ACCESS EXCLUSIVE: lock_timeout 5 s by default, retried
  concurrent,  // ... CONCURRENTLY, VALIDATE CONSTRAINT: no lock_timeout, it waits for old snapshots
};

// CREATE INDEX CONCURRENTLY, REINDEX ... CONCURRENTLY on one index: what to look up in pg_index afterwards.
struct ConcurrentIndex {
  enum class Action { create, drop, reindex };
  Action action{};
  std::string schema;               // of the index; empty: by search_path (CREATE: the table's schema)
  std::string index;                // empty: the server chooses the name
  std::string table_schema, table;  // CREATE only
};

struct StatementTraits {
  // Its command tag as far as its words tell: "CREATE TABLE", "DO", "SELECT".
  std::string tag;
  // False where this build's grammar does not know it: it is run all the same, and judged by its outcome alone.
  bool parsed = true;
  TransactionControl control = TransactionControl::none;
  std::string begin_options;  // of a BEGIN or of SET TRANSACTION: "ISOLATION LEVEL SERIALIZABLE", "IMMEDIATE"
  // SET TRANSACTION / SET LOCAL transaction characteristics: folded into the BEGIN when it opens a transaction.
  bool sets_transaction = false;
  // It cannot run inside a transaction block.
  bool outside_transaction = false;
  // One of the closed list that may run outside a transaction without a rehearsal: index and reindex CONCURRENTLY,
  // VACUUM, ANALYZE, ADD VALUE, pragmas of SQLite that store nothing.
  bool loses_nothing_outside = false;
  LockClass lock_class = LockClass::ordinary;
  std::optional<ConcurrentIndex> concurrent_index;
  // TRUNCATE at the top level.
  bool truncates = false;
  // A top-level statement that can rewrite a table without taking a row: ALTER TABLE, CLUSTER, VACUUM FULL, REFRESH ...
  bool rewrites = false;
  // DO, CALL, EXECUTE, SELECT of a function ...: runs code whose statements the text does not show.
  bool runs_code = false;
  // CREATE EXTENSION, event triggers, publications of all tables: needs a superuser on the shadow, and is run there by
  // drydock itself.
  bool needs_superuser = false;
  // Why it must not run on a shadow: it would reach another server, the file system, a program, or the whole cluster
  // (COPY ... PROGRAM, COPY to or from a file, CREATE SUBSCRIPTION, ALTER SYSTEM, CREATE DATABASE, ATTACH). Empty: it
  // may.
  std::string reaches_outside;
  // Changes what all databases of a server share (roles, ALTER DATABASE): harmless on a private server, and must not
  // run on a shadow beside others.
  bool touches_cluster = false;
  // PRAGMA foreign_keys in a SQLite file: not sent, the directive decides.
  bool not_sent = false;
};

struct Statement {
  std::string text;  // as in the file, from its first token to its last, without the semicolon and outer comments
  int line = 0;      // of its first token, 1-based
  // The data lines of COPY ... FROM stdin, each with its newline, without the line "\.".
  std::optional<std::string> copy_data;
  StatementTraits traits;
};

}  // namespace drydock
