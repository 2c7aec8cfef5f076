// SQLite's grammar is small enough that the leading words tell all that matters before a statement is run.
#include <algorithm>
#include <array>

#include "runner/sql/cutter.h"
#include "runner/sql/dialect_classify.h"

namespace drydock {
namespace {

// What a pragma that sets a value needs. Those not listed are sent inside the transaction like any other statement.
struct Pragma {
  std::string_view name;
  enum class Place { inside, outside } place;
  // It stores nothing that a row's value could depend on.
  enum class Effect { loses_nothing, unknown } effect;
};

constexpr std::array pragmas = {
    // Refused or without effect inside a transaction:
    Pragma{"JOURNAL_MODE", Pragma::Place::outside, Pragma::Effect::loses_nothing},
    Pragma{"SYNCHRONOUS", Pragma::Place::outside, Pragma::Effect::loses_nothing},
    Pragma{"TEMP_STORE", Pragma::Place::outside, Pragma::Effect::loses_nothing},
    Pragma{"WAL_CHECKPOINT", Pragma::Place::outside, Pragma::Effect::loses_nothing},
    // Settings of the connection, and checks:
    Pragma{"ANALYSIS_LIMIT", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"BUSY_TIMEOUT", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"CACHE_SIZE", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"DEFER_FOREIGN_KEYS", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"FOREIGN_KEY_CHECK", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"INTEGRITY_CHECK", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"LEGACY_ALTER_TABLE", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"LOCKING_MODE", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"MMAP_SIZE", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"OPTIMIZE", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"QUICK_CHECK", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"RECURSIVE_TRIGGERS", Pragma::Place::inside, Pragma::Effect::loses_nothing},
    Pragma{"WAL_AUTOCHECKPOINT", Pragma::Place::inside, Pragma::Effect::loses_nothing},
};

// Also as "name", which SQLite takes for the same.
std::string pragma_name(const Words& words, std::size_t at) {
  const Token* token = words.token(at);
  const bool quoted =
      token != nullptr && (token->kind == Token::Kind::quoted_word || token->kind == Token::Kind::string);
  if (!quoted || token->text.size() < 2) return words.at(at);
  return Words(token->text.substr(1, token->text.size() - 2), Dialect::sqlite).at(0);
}

void classify_pragma(const Words& words, StatementTraits& traits) {
  const bool with_schema = words.token(2) != nullptr && is_symbol(*words.token(2), '.');
  const std::size_t at = with_schema ? 3 : 1;
  const std::string name = pragma_name(words, at);
  const bool sets = words.token(at + 1) != nullptr;
  if (name == "FOREIGN_KEYS") traits.not_sent = true;
  if (name == "WRITABLE_SCHEMA" && sets)
    traits.reaches_outside = "PRAGMA writable_schema edits the catalog behind SQLite's back";
  if (name == "TEMP_STORE_DIRECTORY" && sets) traits.reaches_outside = "PRAGMA temp_store_directory names a directory";
  const auto* pragma = std::ranges::find(pragmas, name, &Pragma::name);
  if (pragma == pragmas.end()) return;
  traits.loses_nothing_outside = pragma->effect == Pragma::Effect::loses_nothing;
  traits.outside_transaction = pragma->place == Pragma::Place::outside && (sets || name == "WAL_CHECKPOINT");
}

void classify_begin(const Words& words, StatementTraits& traits) {
  traits.control = TransactionControl::begin;
  const std::string mode = words.at(1);
  if (mode == "DEFERRED" || mode == "IMMEDIATE" || mode == "EXCLUSIVE") traits.begin_options = mode;
}

// ROLLBACK [TRANSACTION] TO [SAVEPOINT] name goes back to a savepoint; any other ROLLBACK ends the transaction.
void classify_rollback(const Words& words, StatementTraits& traits) {
  const bool to_savepoint = words.at(1) == "TO" || (words.at(1) == "TRANSACTION" && words.at(2) == "TO");
  traits.control = to_savepoint ? TransactionControl::savepoint : TransactionControl::refused;
}

void classify_vacuum(const Words& words, StatementTraits& traits) {
  traits.outside_transaction = true;
  traits.rewrites = true;
  const bool into = words.at(1) == "INTO" || words.at(2) == "INTO";
  if (into) traits.reaches_outside = "VACUUM INTO writes a file";
  traits.loses_nothing_outside = !into;
}

}  // namespace

StatementTraits classify_sqlite(std::string_view statement) {
  const Words words(statement, Dialect::sqlite);
  StatementTraits traits;
  traits.tag = words.tag();
  const std::string verb = words.at(0);
  if (verb == "BEGIN") classify_begin(words, traits);
  if (verb == "COMMIT" || verb == "END") traits.control = TransactionControl::commit;
  if (verb == "ROLLBACK") classify_rollback(words, traits);
  if (verb == "SAVEPOINT" || verb == "RELEASE") traits.control = TransactionControl::savepoint;
  if (verb == "PRAGMA") classify_pragma(words, traits);
  if (verb == "VACUUM") classify_vacuum(words, traits);
  if (verb == "ANALYZE") traits.loses_nothing_outside = true;
  if (traits.tag == "ALTER TABLE") traits.rewrites = true;
  if (verb == "ATTACH" || verb == "DETACH") {
    traits.outside_transaction = true;
    traits.reaches_outside = verb + " reaches another database file";
  }
  return traits;
}

}  // namespace drydock
