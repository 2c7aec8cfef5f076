#include "runner/migration/migration.h"

#include "runner/sql/destroys.h"
#include "runner/sql/lexer.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

std::string located(const std::string& file, int line, const std::string& why) {
  return file + (line > 0 ? ":" + std::to_string(line) : "") + ": " + why;
}

}  // namespace

MigrationError::MigrationError(const std::string& file, int line, const std::string& why)
    : std::runtime_error(located(file, line, why)) {}

std::string_view to_string(MigrationKind kind) {
  switch (kind) {
    case MigrationKind::versioned:
      return "migration";
    case MigrationKind::repeatable:
      return "repeatable";
    case MigrationKind::baseline:
      return "baseline";
    case MigrationKind::undo:
      return "undo";
  }
  return "";
}

std::string id_of(const MigrationFile& file) {
  return file.kind == MigrationKind::repeatable ? std::string(repeatable_prefix) + file.name : file.version.text();
}

std::string Migration::id() const { return id_of(source); }

void require_harmless_baseline(const MigrationFile& file, Dialect dialect) try {
  for (const Statement& statement : split_statements(file.text, dialect)) {
    const std::string refused = destroys(statement, dialect);
    if (refused.empty()) continue;
    throw SqlTextError(statement.line,
                       "a squashed baseline must not hold " + refused +
                           ": it makes what is not there and takes nothing away. Nothing was changed; "
                           "make the file anew by `drydock squash`, or restore it from version control");
  }
} catch (const SqlTextError& error) {
  throw MigrationError(file.file, error.line, error.what());
}

namespace {

std::vector<Statement> verification_of(const VerifyScript& script, Dialect dialect) try {
  std::vector<Statement> kept;
  for (Statement& statement : split_statements(script.text, dialect)) {
    const StatementTraits& traits = statement.traits;
    const bool is_border = traits.control == TransactionControl::begin ||
                           traits.control == TransactionControl::commit || traits.tag == "ROLLBACK" ||
                           traits.tag == "ABORT";
    if (traits.not_sent || (is_border && traits.control != TransactionControl::savepoint)) continue;
    if (traits.outside_transaction || traits.control == TransactionControl::refused)
      throw SqlTextError(statement.line, traits.tag +
                                             " cannot stand in a verify script: it runs in the transaction of "
                                             "its migration");
    kept.push_back(std::move(statement));
  }
  return kept;
} catch (const SqlTextError& error) {
  throw MigrationError(script.file, error.line, error.what());
}

}  // namespace

Migration parse_migration(const MigrationFile& file, Dialect dialect) try {
  Migration migration;
  migration.source = file;
  migration.directives = read_directives(file.text, dialect);
  migration.directives.transaction_none |= file.transaction_none;
  migration.statements = split_statements(file.text, dialect);
  migration.checksum = {file.text_checksum, sha256(significant_text(file.text, dialect))};
  for (const Statement& statement : migration.statements)
    if (statement.traits.control == TransactionControl::refused)
      throw SqlTextError(statement.line,
                         statement.traits.tag + " cannot stand in a migration: drydock ends its transactions itself");
  if (file.verify) migration.verification = verification_of(*file.verify, dialect);
  return migration;
} catch (const SqlTextError& error) {
  throw MigrationError(file.file, error.line, error.what());
}

}  // namespace drydock
