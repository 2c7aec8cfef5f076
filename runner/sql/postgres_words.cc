// What the leading words tell of a statement of PostgreSQL. It stands in for the parse tree where there is none: for
// queries and DML, whose trees are as deep as their expressions and tell nothing that matters here, and for what is
// newer than this build's grammar.
#include "runner/sql/cutter.h"
#include "runner/sql/dialect_classify.h"

namespace drydock {
namespace {

TransactionControl control_of(const Words& words) {
  const std::string verb = words.at(0);
  if (verb == "BEGIN" || words.starts({"START", "TRANSACTION"})) return TransactionControl::begin;
  if (verb == "SAVEPOINT" || verb == "RELEASE") return TransactionControl::savepoint;
  const std::size_t after = words.at(1) == "WORK" || words.at(1) == "TRANSACTION" ? 2 : 1;
  if (verb == "ROLLBACK" && words.at(after) == "TO") return TransactionControl::savepoint;
  if (verb == "COMMIT" || verb == "END") {
    const bool plain = words.token(after) == nullptr || (words.at(after) == "AND" && words.at(after + 1) == "NO");
    return plain ? TransactionControl::commit : TransactionControl::refused;
  }
  const bool refused = verb == "ROLLBACK" || verb == "ABORT" || words.starts({"PREPARE", "TRANSACTION"});
  return refused ? TransactionControl::refused : TransactionControl::none;
}

void find_concurrently(const Words& words, StatementTraits& traits) {
  if (!words.contains("CONCURRENTLY")) return;
  const bool index = traits.tag == "CREATE INDEX" || traits.tag == "DROP INDEX" || traits.tag == "REINDEX";
  const bool detach = traits.tag == "ALTER TABLE" && words.contains("DETACH");
  if (!index && !detach) return;
  traits.outside_transaction = true;
  traits.loses_nothing_outside = index;
  traits.lock_class = LockClass::concurrent;
}

// CLUSTER, CLUSTER VERBOSE, CLUSTER (VERBOSE): all tables at once.
bool clusters_all(const Words& words) {
  std::size_t at = words.at(1) == "VERBOSE" ? 2 : 1;
  if (words.token(1) != nullptr && is_symbol(*words.token(1), '('))
    while (words.token(at) != nullptr && !is_symbol(*words.token(at++), ')')) continue;
  return words.token(at) == nullptr;
}

bool is_outside(const Words& words, const StatementTraits& traits) {
  const std::string_view tag = traits.tag;
  if (tag == "CLUSTER") return clusters_all(words);
  if (tag == "REINDEX") return words.contains("SCHEMA") || words.contains("DATABASE") || words.contains("SYSTEM");
  if (tag == "ALTER DATABASE") return words.contains("TABLESPACE");
  if (tag == "ALTER SUBSCRIPTION") return words.contains("REFRESH") || words.contains("PUBLICATION");
  return tag == "VACUUM" || words.starts({"DISCARD", "ALL"}) || tag == "ALTER SYSTEM" || tag == "CREATE DATABASE" ||
         tag == "DROP DATABASE" || tag == "CREATE TABLESPACE" || tag == "DROP TABLESPACE" ||
         tag == "CREATE SUBSCRIPTION" || tag == "DROP SUBSCRIPTION";
}

std::string copy_reaches(const Words& words) {
  for (std::size_t index = 1; words.token(index) != nullptr; ++index) {
    const std::string word = words.at(index);
    if (word != "FROM" && word != "TO") continue;
    if (words.at(index + 1) == "PROGRAM") return "COPY ... PROGRAM runs a program on the server";
    const Token* target = words.token(index + 1);
    if (target != nullptr && target->kind == Token::Kind::string) return "COPY reads or writes a file on the server";
  }
  return "";
}

// Of BEGIN, START TRANSACTION and SET TRANSACTION: what stands behind their own words.
void find_begin_options(const Words& words, StatementTraits& traits) {
  std::size_t at = 1;
  if (words.at(0) == "SET") {
    if (words.at(1) == "LOCAL" || words.at(1) == "SESSION") ++at;
    // A snapshot is no option of BEGIN.
    if (words.at(at) != "TRANSACTION" || words.at(at + 1) == "SNAPSHOT") return;
    traits.sets_transaction = true;
  } else if (traits.control != TransactionControl::begin) {
    return;
  }
  if (words.at(at) == "WORK" || words.at(at) == "TRANSACTION") ++at;
  traits.begin_options = words.joined_from(at);
}

bool needs_superuser(const Words& words, std::string_view tag) {
  const bool comment = words.starts({"COMMENT", "ON"});  // of an extension that is not the migration's own
  // Of all tables, or of those of a schema.
  const bool publication = tag.ends_with(" PUBLICATION") && words.contains("TABLES");
  return publication || tag.ends_with(" EXTENSION") || tag.ends_with(" EVENT TRIGGER") ||
         (comment && (words.at(2) == "EXTENSION" || words.at(2) == "EVENT"));
}

std::string reason_to_stay(std::string_view tag) {
  if (tag.ends_with(" SUBSCRIPTION")) return std::string(tag) + " reaches another server";
  if (tag.ends_with(" TABLESPACE") && tag != "ALTER TABLESPACE")
    return std::string(tag) + " reaches a directory of the server";
  if (tag == "ALTER SYSTEM" || tag == "CREATE DATABASE" || tag == "DROP DATABASE")
    return std::string(tag) + " reaches the whole cluster";
  if (tag == "LOAD") return "LOAD runs the code of a library";
  return "";
}

}  // namespace

void classify_postgres_by_words(const Words& words, StatementTraits& traits) {
  const std::string_view tag = traits.tag;
  traits.control = control_of(words);
  find_begin_options(words, traits);
  traits.outside_transaction = is_outside(words, traits);
  traits.loses_nothing_outside = tag == "VACUUM" || tag == "ANALYZE" || tag == "ANALYSE";
  find_concurrently(words, traits);
  if (tag == "ALTER TYPE" && words.contains("ADD") && words.contains("VALUE")) traits.loses_nothing_outside = true;
  if (tag == "ALTER TABLE" && words.contains("VALIDATE")) traits.lock_class = LockClass::concurrent;
  traits.truncates = tag == "TRUNCATE TABLE";
  traits.rewrites = tag == "ALTER TABLE" || tag == "ALTER MATERIALIZED VIEW" || tag == "CLUSTER" ||
                    tag == "REFRESH MATERIALIZED VIEW" || (tag == "VACUUM" && words.contains("FULL"));
  traits.runs_code = tag == "SELECT" || tag == "DO" || tag == "CALL" || tag == "EXECUTE" || tag == "EXPLAIN";
  traits.needs_superuser = needs_superuser(words, tag);
  traits.touches_cluster = tag.ends_with(" ROLE") || tag.ends_with(" USER") || tag.ends_with(" GROUP") ||
                           tag == "ALTER DATABASE" || tag == "ALTER TABLESPACE";
  traits.reaches_outside = tag == "COPY" ? copy_reaches(words) : reason_to_stay(tag);
  if (tag == "ALTER DATABASE" && traits.outside_transaction)
    traits.reaches_outside = "ALTER DATABASE ... SET TABLESPACE reaches a directory of the server";
}

}  // namespace drydock
