// A rule: what is found in a migration's text before, or beside, its being run. Data and one small function; one file
// each, all_rules.cc lists them. Rules are pure: they see texts, what those texts tell of the schema and, in a
// rehearsal, what was measured there; never a database. A finding explains, and changes no verdict.
//
// A rule says nothing where it does not know: a statement without facts, a table that was made in the same deployment.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "rehearsal/rules/known_schema.h"
#include "rehearsal/rules/measured.h"
#include "runner/migration/migration.h"
#include "runner/plan/plan.h"
#include "runner/sql/statement_facts.h"

namespace drydock {

enum class FindingLevel {
  note,     // good to know, and often meant
  warning,  // hurts whoever uses the database meanwhile
  error,    // fails on a database that holds rows
};
std::string_view to_string(FindingLevel level);

// One migration, as its rules see it.
struct RuleInput {
  const Migration& migration;
  Dialect dialect;
  std::vector<StatementFacts> facts;  // of migration.statements, by their indexes
  const std::vector<Part>& parts;     // its transactions
  const KnownSchema& known;
  KnownSchema::Position first = 0;  // of the first statement
  Measured measured = {};           // in a rehearsal

  int line(std::size_t statement) const { return migration.statements[statement].line; }
  bool is_new(const TableName& table, std::size_t statement) const { return known.is_new(table, first + statement); }
  // From the first statement of its transaction to itself.
  Lines lines_up_to(std::size_t statement) const;
};

// Calls it with every command of that kind of an ALTER TABLE of a table that is not new.
using ActionVisitor = std::function<void(std::size_t statement, const TableName& table, const AlterAction& action)>;
void each_action(const RuleInput& input, AlterAction::Kind kind, const ActionVisitor& visit);

// Takes what one rule finds.
class RuleFindings {
 public:
  RuleFindings(const RuleInput& input, std::string_view rule, FindingLevel level, std::vector<Finding>& findings)
      : input_(input), rule_(rule), level_(level), findings_(findings) {}

  // Of the statement with that index. The object is named as the server was seen to name it, else as it is written;
  // what was measured of it is added to the message.
  void add(std::size_t statement, const TableName& table, const std::string& message, const std::string& fix);
  void add(std::size_t statement, const TableName& table, const std::string& column, const std::string& message,
           const std::string& fix);

 private:
  const RuleInput& input_;
  std::string_view rule_;
  FindingLevel level_;
  std::vector<Finding>& findings_;
};

struct Rule {
  enum class Speaks { both, postgres, sqlite };

  std::string_view id;
  FindingLevel level;
  Speaks dialects;
  std::string_view summary;  // one line: what is found
  void (*check)(const RuleInput& input, RuleFindings& findings);

  bool speaks(Dialect dialect) const;
};

}  // namespace drydock
