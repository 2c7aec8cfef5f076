// Compiles with the grammars of libpg_query 15 to 17: only fields and enumerators that all of them have.
#include "runner/sql/postgres_table_facts.h"

#include <algorithm>

namespace drydock {
namespace {

std::string text_of(const PgQuery__Node& node) {
  return node.node_case == PG_QUERY__NODE__NODE_STRING ? node.string->sval : "";
}

std::vector<std::string> texts_of(std::span<PgQuery__Node* const> list) {
  std::vector<std::string> texts;
  for (const PgQuery__Node* node : list) texts.push_back(text_of(*node));
  return texts;
}

// "" where the expression is no plain column.
std::string column_in(const PgQuery__Node* expression) {
  if (expression == nullptr || expression->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) return {};
  const PgQuery__ColumnRef& reference = *expression->column_ref;
  return reference.n_fields == 0 ? "" : text_of(*reference.fields[reference.n_fields - 1]);
}

bool is_null(const PgQuery__Node& expression) {
  return expression.node_case == PG_QUERY__NODE__NODE_A_CONST && expression.a_const->isnull;
}

// The messages of a protobuf describe themselves: every function call of an expression is found without naming all the
// kinds of expressions there are.
template <typename Visit>
void visit_all(const ProtobufCMessage* message, const Visit& visit) {
  if (message == nullptr) return;
  visit(*message);
  const auto* base = reinterpret_cast<const char*>(message);
  for (unsigned index = 0; index < message->descriptor->n_fields; ++index) {
    const ProtobufCFieldDescriptor& field = message->descriptor->fields[index];
    if (field.type != PROTOBUF_C_TYPE_MESSAGE) continue;
    if (field.label == PROTOBUF_C_LABEL_REPEATED) {
      const std::size_t count = *reinterpret_cast<const std::size_t*>(base + field.quantifier_offset);
      auto* const* first = *reinterpret_cast<ProtobufCMessage* const* const*>(base + field.offset);
      for (std::size_t at = 0; at < count; ++at) visit_all(first[at], visit);
    } else {
      const bool is_oneof = (field.flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
      if (is_oneof && *reinterpret_cast<const std::uint32_t*>(base + field.quantifier_offset) != field.id) continue;
      visit_all(*reinterpret_cast<const ProtobufCMessage* const*>(base + field.offset), visit);
    }
  }
}

std::vector<std::string> functions_in(const PgQuery__Node& expression) {
  std::vector<std::string> functions;
  visit_all(&expression.base, [&](const ProtobufCMessage& message) {
    if (message.descriptor != &pg_query__func_call__descriptor) return;
    const auto& call = reinterpret_cast<const PgQuery__FuncCall&>(message);
    functions.push_back(name_in(nodes(call.funcname, call.n_funcname)).name);
  });
  return functions;
}

void add_constraint(const PgQuery__Constraint& constraint, ColumnFacts& column) {
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
      column.not_null = true;
      return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      column.identity = column.not_null = true;
      return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
      column.generated = true;
      // 15 to 17 know STORED alone; the text of a VIRTUAL one does not parse.
      column.stored = true;
      return;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      column.has_default = constraint.raw_expr != nullptr && !is_null(*constraint.raw_expr);
      if (column.has_default) column.default_calls = functions_in(*constraint.raw_expr);
      return;
    default:
      break;
  }
  const ConstraintFacts facts = constraint_facts(constraint);
  if (facts.kind == ConstraintFacts::Kind::primary_key) column.not_null = true;
  if (facts.kind != ConstraintFacts::Kind::other) column.constraints.push_back(facts);
}

// c::type of the column itself says no more than the type alone.
AlterAction::Using using_of(const PgQuery__ColumnDef& definition, const std::string& column) {
  const PgQuery__Node* expression = definition.raw_default;
  if (expression == nullptr) return AlterAction::Using::assignment;
  while (expression->node_case == PG_QUERY__NODE__NODE_TYPE_CAST) expression = expression->type_cast->arg;
  return column_in(expression) == column ? AlterAction::Using::plain_cast : AlterAction::Using::expression;
}

TableLock lock_of(const PgQuery__AlterTableCmd& command) {
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
      return TableLock::weak;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
      return TableLock::share_row_exclusive;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      return command.def->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN ? TableLock::share_row_exclusive
                                                                                       : TableLock::access_exclusive;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      return command.def->partition_cmd->concurrent ? TableLock::weak : TableLock::access_exclusive;
    default:
      return TableLock::access_exclusive;
  }
}

AlterAction action_of(const PgQuery__AlterTableCmd& command) {
  AlterAction action{.kind = AlterAction::Kind::other, .name = command.name};
  action.if_exists = command.missing_ok;
  switch (command.subtype) {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      action.kind = AlterAction::Kind::add_column;
      action.column = column_facts(*command.def->column_def);
      action.name = action.column.name;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      action.kind = AlterAction::Kind::drop_column;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      action.kind = AlterAction::Kind::set_type;
      action.column.type = type_facts(command.def->column_def->type_name);
      action.by = using_of(*command.def->column_def, action.name);
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
      action.kind = AlterAction::Kind::set_not_null;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      action.kind = AlterAction::Kind::add_constraint;
      action.constraint = constraint_facts(*command.def->constraint);
      action.name = action.constraint.name;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      action.kind = AlterAction::Kind::validate_constraint;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      action.kind = AlterAction::Kind::drop_constraint;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
      action.kind = AlterAction::Kind::set_logged;
      return action;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
      action.kind = AlterAction::Kind::move;
      return action;
    default:
      return action;
  }
}

}  // namespace

TableName name_in(std::span<PgQuery__Node* const> parts) {
  if (parts.empty()) return {};
  return {parts.size() > 1 ? text_of(*parts[parts.size() - 2]) : "", text_of(*parts.back())};
}

TableName name_in(const PgQuery__RangeVar* table) {
  return table == nullptr ? TableName{} : TableName{table->schemaname, table->relname};
}

TypeFacts type_facts(const PgQuery__TypeName* type) {
  TypeFacts facts;
  if (type == nullptr) return facts;
  const TableName name = name_in(nodes(type->names, type->n_names));
  facts.name = name.schema.empty() || name.schema == "pg_catalog" ? name.name : name.text();
  facts.array = type->n_array_bounds > 0;
  for (const PgQuery__Node* modifier : nodes(type->typmods, type->n_typmods)) {
    const bool is_number = modifier->node_case == PG_QUERY__NODE__NODE_A_CONST &&
                           modifier->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL;
    facts.modifiers.push_back(is_number ? modifier->a_const->ival->ival : -1);
  }
  return facts;
}

ColumnFacts column_facts(const PgQuery__ColumnDef& definition) {
  ColumnFacts column;
  column.name = definition.colname;
  column.type = type_facts(definition.type_name);
  for (const PgQuery__Node* node : nodes(definition.constraints, definition.n_constraints))
    if (node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT) add_constraint(*node->constraint, column);
  return column;
}

ConstraintFacts constraint_facts(const PgQuery__Constraint& constraint) {
  ConstraintFacts facts;
  facts.name = constraint.conname;
  facts.not_valid = constraint.skip_validation;
  facts.using_index = constraint.indexname;
  facts.columns = texts_of(nodes(constraint.keys, constraint.n_keys));
  switch (constraint.contype) {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
      facts.kind = ConstraintFacts::Kind::check;
      if (const PgQuery__Node* test = constraint.raw_expr;
          test != nullptr && test->node_case == PG_QUERY__NODE__NODE_NULL_TEST &&
          test->null_test->nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL)
        facts.not_null_column = column_in(test->null_test->arg);
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      facts.kind = ConstraintFacts::Kind::foreign_key;
      facts.columns = texts_of(nodes(constraint.fk_attrs, constraint.n_fk_attrs));
      facts.references = name_in(constraint.pktable);
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      facts.kind = ConstraintFacts::Kind::unique;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      facts.kind = ConstraintFacts::Kind::primary_key;
      break;
    default:
      break;
  }
  return facts;
}

void add_action(const PgQuery__AlterTableCmd& command, StatementFacts& facts) {
  facts.lock = std::max(facts.lock, lock_of(command));
  facts.actions.push_back(action_of(command));
}

}  // namespace drydock
