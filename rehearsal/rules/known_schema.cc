#include "rehearsal/rules/known_schema.h"

#include <algorithm>

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

std::string key_of(std::string name) {
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return name;
}

// By the last part of its name, as an index or a type is spoken of with its schema or without.
TableName type_name(const std::string& name) {
  const std::size_t dot = name.find('.');
  return dot == std::string::npos ? TableName{"", name} : TableName{name.substr(0, dot), name.substr(dot + 1)};
}

}  // namespace

KnownSchema::Position KnownSchema::learn(const std::vector<StatementFacts>& statements) {
  const Position first = next_;
  for (const StatementFacts& facts : statements) {
    follow(facts);
    ++next_;
  }
  return first;
}

void KnownSchema::follow(const StatementFacts& facts) {
  switch (facts.kind) {
    case Kind::create_table:
    case Kind::create_view:
      tables_[key_of(facts.object.name)].push_back({.name = facts.object,
                                                    .at = next_,
                                                    .temporary = facts.temporary,
                                                    .partitioned = facts.partitioned,
                                                    .table = {}});
      for (const ColumnFacts& column : facts.columns)
        columns_[key_of(column.name)].push_back(
            {.table = facts.object, .at = next_, .made = next_, .type = column.type});
      return;
    case Kind::create_index:
      if (!facts.index.empty())
        indexes_[key_of(facts.index.name)].push_back({.name = facts.index, .at = next_, .table = facts.object});
      return;
    case Kind::create_enum:
      enums_[key_of(facts.object.name)].push_back({.name = facts.object, .at = next_, .table = {}});
      return;
    case Kind::drop_table:
      for (const TableName& table : facts.objects)
        tables_[key_of(table.name)].push_back({.name = table, .at = next_, .there = false, .table = {}});
      return;
    case Kind::rename_table:
      return rename_table(facts);
    case Kind::rename_column:
      return rename_column(facts);
    case Kind::alter_table:
      for (const AlterAction& action : facts.actions) follow(action, facts.object);
      return;
    default:
      return;
  }
}

void KnownSchema::follow(const AlterAction& action, const TableName& table) {
  switch (action.kind) {
    case AlterAction::Kind::add_column:
      columns_[key_of(action.name)].push_back({.table = table, .at = next_, .made = next_, .type = action.column.type});
      return;
    case AlterAction::Kind::drop_column:
      columns_[key_of(action.name)].push_back({.table = table, .at = next_, .there = false, .type = {}});
      return;
    case AlterAction::Kind::set_type:
      if (const Column* known = last_column(table, action.name, next_); known == nullptr || known->there)
        columns_[key_of(action.name)].push_back({.table = table,
                                                 .at = next_,
                                                 .made = known != nullptr ? known->made : never_seen,
                                                 .type = action.column.type});
      return;
    case AlterAction::Kind::add_constraint:
      return add_check(action.constraint, table);
    case AlterAction::Kind::validate_constraint:
      return change_check(table, action.name, true);
    case AlterAction::Kind::drop_constraint:
      return change_check(table, action.name, false);
    default:
      return;
  }
}

// The new name is as new as the old one, and has its columns.
void KnownSchema::rename_table(const StatementFacts& facts) {
  const TableName renamed{facts.object.schema, facts.new_name};
  const Made* known = last(tables_, facts.object, next_);
  Made made = known != nullptr ? *known : Made{.name = {}, .table = {}};
  made.name = renamed;
  made.is_new = is_new(facts.object, next_);
  made.at = next_;
  tables_[key_of(facts.object.name)].push_back({.name = facts.object, .at = next_, .there = false, .table = {}});
  tables_[key_of(renamed.name)].push_back(std::move(made));
  for (auto& [name, columns] : columns_) {
    const Column* column = last_column(facts.object, name, next_);
    if (column == nullptr) continue;
    Column moved = *column;
    moved.table = renamed;
    moved.at = next_;
    columns.push_back(std::move(moved));
  }
}

void KnownSchema::rename_column(const StatementFacts& facts) {
  const Column* known = last_column(facts.object, facts.name, next_);
  if (known == nullptr) return;
  Column renamed = *known;
  renamed.at = next_;
  columns_[key_of(facts.name)].push_back({.table = facts.object, .at = next_, .there = false, .type = {}});
  columns_[key_of(facts.new_name)].push_back(std::move(renamed));
}

void KnownSchema::add_check(const ConstraintFacts& constraint, const TableName& table) {
  if (constraint.not_null_column.empty()) return;
  checks_.push_back({.table = table,
                     .name = constraint.name,
                     .column = constraint.not_null_column,
                     .at = next_,
                     .valid = !constraint.not_valid});
}

// Validated, or dropped: then it proves nothing.
void KnownSchema::change_check(const TableName& table, const std::string& name, bool valid) {
  for (std::size_t index = checks_.size(); index-- > 0;) {
    if (checks_[index].name != name || !may_be_same(checks_[index].table, table)) continue;
    NotNullCheck changed = checks_[index];
    changed.at = next_;
    changed.valid = valid;
    checks_.push_back(std::move(changed));
    return;
  }
}

const KnownSchema::Made* KnownSchema::last(const ByName<Made>& made, const TableName& name, Position at) {
  const auto found = made.find(key_of(name.name));
  if (found == made.end()) return nullptr;
  for (auto each = found->second.rbegin(); each != found->second.rend(); ++each)
    if (each->at < at && may_be_same(each->name, name)) return &*each;
  return nullptr;
}

const KnownSchema::Column* KnownSchema::last_column(const TableName& table, const std::string& column,
                                                    Position at) const {
  const auto found = columns_.find(key_of(column));
  if (found == columns_.end()) return nullptr;
  for (auto each = found->second.rbegin(); each != found->second.rend(); ++each)
    if (each->at < at && may_be_same(each->table, table)) return &*each;
  return nullptr;
}

bool KnownSchema::is_new(const TableName& table, Position at) const {
  const Made* made = last(tables_, table, at);
  return made != nullptr && made->there && made->is_new && (made->at >= deployment_ || made->temporary);
}

bool KnownSchema::is_gone(const TableName& table, Position at) const {
  const Made* made = last(tables_, table, at);
  return made != nullptr && !made->there;
}

bool KnownSchema::is_new_column(const TableName& table, const std::string& column, Position at) const {
  if (is_new(table, at)) return true;
  const Column* known = last_column(table, column, at);
  return known != nullptr && known->there && known->made != never_seen && known->made >= deployment_;
}

bool KnownSchema::is_new_index(const TableName& index, Position at) const {
  const Made* made = last(indexes_, index, at);
  return made != nullptr && (made->at >= deployment_ || is_new(made->table, at));
}

bool KnownSchema::is_new_type(const TableName& type, Position at) const {
  const Made* made = last(enums_, type, at);
  return made != nullptr && made->at >= deployment_;
}

bool KnownSchema::is_partitioned(const TableName& table, Position at) const {
  const Made* made = last(tables_, table, at);
  return made != nullptr && made->there && made->partitioned;
}

bool KnownSchema::is_index(const TableName& name, Position at) const { return last(indexes_, name, at) != nullptr; }

bool KnownSchema::is_enum(const std::string& type, Position at) const {
  return last(enums_, type_name(type), at) != nullptr;
}

const TypeFacts* KnownSchema::type_of(const TableName& table, const std::string& column, Position at) const {
  const Column* known = last_column(table, column, at);
  return known != nullptr && known->there && !known->type.name.empty() ? &known->type : nullptr;
}

bool KnownSchema::proves_not_null(const TableName& table, const std::string& column, Position at) const {
  for (auto check = checks_.rbegin(); check != checks_.rend(); ++check)
    if (check->at < at && check->column == column && may_be_same(check->table, table)) return check->valid;
  return false;
}

}  // namespace drydock
