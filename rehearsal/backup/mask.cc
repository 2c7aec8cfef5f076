#include "rehearsal/backup/mask.h"

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "runner/migration/checksum.h"
#include "runner/sql/splitter.h"

namespace drydock {
namespace {

MaskRefused refused(const std::filesystem::path& file, int line, const std::string& why) {
  return MaskRefused(file.string() + ":" + std::to_string(line) + ": " + why);
}

std::vector<Statement> read_mask(const std::filesystem::path& file, Dialect dialect) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  if (!stream) throw MaskRefused("the mask " + file.string() + " cannot be read");
  try {
    return split_statements(normalise_text(bytes.str()), dialect);
  } catch (const SqlTextError& error) {
    throw refused(file, error.line, error.what());
  }
}

void require_maskable(const Statement& statement, const std::filesystem::path& file) {
  if (statement.traits.control != TransactionControl::none)
    throw refused(file, statement.line, "a mask is one transaction: take " + statement.traits.tag + " out");
  if (statement.traits.outside_transaction)
    throw refused(file, statement.line, statement.traits.tag + " cannot run in the transaction that a mask is");
  if (!statement.traits.reaches_outside.empty())
    throw refused(file, statement.line, "a mask reaches nothing but the copy: " + statement.traits.reaches_outside);
}

}  // namespace

std::size_t mask(Database& copy, const std::filesystem::path& file) {
  const std::vector<Statement> statements = read_mask(file, copy.dialect());
  if (statements.empty()) throw MaskRefused("the mask " + file.string() + " holds no statement");
  for (const Statement& statement : statements) require_maskable(statement, file);
  // The sessions of a restored copy fire no trigger and cascade nothing; a mask that deletes a user means the orders.
  copy.reset_session({.lock_timeout = {}, .statement_timeout = {}, .foreign_keys = true});
  copy.begin();
  try {
    if (copy.dialect() == Dialect::postgres) copy.execute("SET LOCAL session_replication_role = origin");
    copy.run(statements, Database::Sending::one_by_one);
    copy.commit();
  } catch (const StatementError& error) {
    copy.rollback();
    throw refused(file, statements[error.index].line, error.what() + (" (" + error.sqlstate() + ")"));
  } catch (const DatabaseError& error) {
    copy.rollback();
    throw MaskRefused("the mask " + file.string() + " failed at its COMMIT: " + error.what() + " (" + error.sqlstate() +
                      ")");
  }
  return statements.size();
}

}  // namespace drydock
