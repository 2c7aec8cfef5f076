// Any bytes at all are read as a migration or refused with a line that is in the text, and what is read holds together:
// statements stand in the text in order, with their lines, and each of them is one statement by itself.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runner/migration/migration.h"
#include "runner/sql/lexer.h"
#include "runner/sql/splitter.h"
#include "runner/sql/statement_facts.h"

using namespace drydock;

namespace {

constexpr Dialect dialect = Dialect::DRYDOCK_FUZZ_DIALECT;

void require(bool holds) {
  if (!holds) std::abort();
}

int line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<int>(std::ranges::count(text.substr(0, offset), '\n'));
}

void check_tokens(std::string_view text) {
  std::size_t end = 0;
  for (const Token& token : tokenize(text, dialect)) {
    require(token.offset >= end && !token.text.empty());
    require(token.line == line_at(text, token.offset));
    end = token.offset + token.text.size();
  }
  require(end <= text.size());
}

void check_statements(std::string_view text) {
  std::size_t from = 0;
  for (const Statement& statement : split_statements(text, dialect)) {
    // The same text may stand in a comment before it: on an earlier line, or on the same one.
    std::size_t at = text.find(statement.text, from);
    while (at != std::string_view::npos && line_at(text, at) < statement.line) at = text.find(statement.text, at + 1);
    require(at != std::string_view::npos && line_at(text, at) == statement.line);
    from = at + statement.text.size();
    if (statement.copy_data) continue;
    const auto alone = split_statements(statement.text, dialect);
    require(alone.size() == 1 && alone[0].text == statement.text && alone[0].line == 1);
  }
}

// What is told of a statement is told of something.
void check_facts(const Statement& statement) {
  const StatementFacts facts = facts_of(statement, dialect);
  require(facts.kind != StatementFacts::Kind::none || facts.actions.empty());
  require(facts.kind != StatementFacts::Kind::alter_table || !facts.object.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  MigrationFile file;
  file.file = "fuzz.sql";
  file.text = normalise_text({reinterpret_cast<const char*>(data), size});
  if (file.text.find('\0') != std::string::npos) return 0;
  check_tokens(file.text);
  try {
    check_statements(file.text);
    for (const Statement& statement : parse_migration(file, dialect).statements) check_facts(statement);
  } catch (const SqlTextError& error) {
    require(error.line >= 1 && error.line <= line_at(file.text, file.text.size()));
  } catch (const MigrationError&) {
  }
  return 0;
}
