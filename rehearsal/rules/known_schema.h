// What the texts of the migrations tell of the schema, followed statement by statement: which tables are new (made in
// the same deployment, and so empty and used by nobody), of which types columns are, which checks are there. It knows
// nothing of a table that was made elsewhere; whoever asks must be able to live without an answer.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "runner/sql/statement_facts.h"

namespace drydock {

class KnownSchema {
 public:
  // Counts all statements that were learned; a question is about the state in front of the statement at its position.
  using Position = std::size_t;

  // What was made so far is there, and no longer new.
  void begin_deployment() { deployment_ = next_; }
  // Follows the statements of one migration; returns the position of the first.
  Position learn(const std::vector<StatementFacts>& statements);

  // Made in this deployment, or temporary.
  bool is_new(const TableName& table, Position at) const;
  // A table of that name was there, and is not any more.
  bool is_gone(const TableName& table, Position at) const;
  bool is_new_column(const TableName& table, const std::string& column, Position at) const;
  // Made in this deployment, or of a new table.
  bool is_new_index(const TableName& index, Position at) const;
  bool is_new_type(const TableName& type, Position at) const;
  bool is_partitioned(const TableName& table, Position at) const;
  bool is_index(const TableName& name, Position at) const;
  bool is_enum(const std::string& type, Position at) const;
  // nullptr where nothing tells.
  const TypeFacts* type_of(const TableName& table, const std::string& column, Position at) const;
  // A valid CHECK (column IS NOT NULL) is there, as far as it is known.
  bool proves_not_null(const TableName& table, const std::string& column, Position at) const;

 private:
  // Of what was there before the first text.
  static constexpr Position never_seen = static_cast<Position>(-1);

  struct Made {
    TableName name;
    Position at = 0;
    bool there = true;  // false: dropped or renamed away
    bool is_new = true;
    bool temporary = false, partitioned = false;
    TableName table;  // of an index
  };
  struct Column {
    TableName table;
    Position at = 0;             // since when it is so
    Position made = never_seen;  // when it came
    bool there = true;
    TypeFacts type;
  };
  struct NotNullCheck {
    TableName table;
    std::string name, column;
    Position at = 0;
    bool valid = false;
  };
  template <typename Value>
  using ByName = std::map<std::string, std::vector<Value>, std::less<>>;

  void follow(const StatementFacts& facts);
  void follow(const AlterAction& action, const TableName& table);
  void rename_table(const StatementFacts& facts);
  void rename_column(const StatementFacts& facts);
  void add_check(const ConstraintFacts& constraint, const TableName& table);
  void change_check(const TableName& table, const std::string& name, bool valid);
  static const Made* last(const ByName<Made>& made, const TableName& name, Position at);
  const Column* last_column(const TableName& table, const std::string& column, Position at) const;

  Position next_ = 0, deployment_ = 0;
  ByName<Made> tables_, indexes_, enums_;
  ByName<Column> columns_;
  std::vector<NotNullCheck> checks_;
};

}  // namespace drydock
