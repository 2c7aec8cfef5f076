// Words first, then the parse tree where words mislead: a column may be called "validate", and REINDEX
// (CONCURRENTLY false) is not concurrent.
//
// Compiles with the grammars of libpg_query 15 to 17: only fields and enumerators that all of them have.
#include <algorithm>
#include <span>
#include <string>

#include "runner/sql/dialect_classify.h"
#include "runner/sql/postgres_tree.h"

namespace drydock {
namespace {

// Whether the grammar knows it as exactly one statement. Makes no tree, so that no depth of it matters.
bool is_one_statement(const std::string& statement) {
  const PgQuerySplitResult result = pg_query_split_with_parser(statement.c_str());
  const bool one = result.error == nullptr && result.n_stmts == 1;
  pg_query_free_split_result(result);
  return one;
}

// A word such as `off` is parsed as the name of a type, `false` and 'off' as strings.
bool says_no(const PgQuery__Node& value) {
  if (value.node_case == PG_QUERY__NODE__NODE_TYPE_NAME)
    return value.type_name->n_names == 1 && says_no(*value.type_name->names[0]);
  if (value.node_case != PG_QUERY__NODE__NODE_STRING) return false;
  const std::string_view word = value.string->sval;
  return word == "false" || word == "off";
}

bool is_true(const PgQuery__DefElem& option) {
  if (option.arg == nullptr) return true;
  switch (option.arg->node_case) {
    case PG_QUERY__NODE__NODE_INTEGER:
      return option.arg->integer->ival != 0;
    case PG_QUERY__NODE__NODE_BOOLEAN:
      return option.arg->boolean->boolval != 0;
    default:
      return !says_no(*option.arg);
  }
}

enum class Option { absent, off, on };

Option find_option(std::span<PgQuery__Node* const> options, std::string_view name) {
  for (const PgQuery__Node* node : options)
    if (node->node_case == PG_QUERY__NODE__NODE_DEF_ELEM && node->def_elem->defname == name)
      return is_true(*node->def_elem) ? Option::on : Option::off;
  return Option::absent;
}

void run_concurrently(StatementTraits& traits) {
  traits.outside_transaction = true;
  traits.loses_nothing_outside = true;
  traits.lock_class = LockClass::concurrent;
}

void run_in_transaction(StatementTraits& traits) {
  traits.outside_transaction = false;
  traits.loses_nothing_outside = false;
  traits.lock_class = LockClass::ordinary;
}

void refine(const PgQuery__IndexStmt& create, StatementTraits& traits) {
  if (!create.concurrent) return run_in_transaction(traits);
  run_concurrently(traits);
  const std::string schema = create.relation->schemaname;
  traits.concurrent_index =
      ConcurrentIndex{ConcurrentIndex::Action::create, schema, create.idxname, schema, create.relation->relname};
}

void refine(const PgQuery__DropStmt& drop, StatementTraits& traits) {
  if (!drop.concurrent) return run_in_transaction(traits);
  run_concurrently(traits);
  if (drop.n_objects != 1 || drop.objects[0]->node_case != PG_QUERY__NODE__NODE_LIST) return;
  const PgQuery__List& name = *drop.objects[0]->list;
  if (name.n_items == 0) return;
  ConcurrentIndex index{ConcurrentIndex::Action::drop, "", name.items[name.n_items - 1]->string->sval, "", ""};
  if (name.n_items > 1) index.schema = name.items[name.n_items - 2]->string->sval;
  traits.concurrent_index = index;
}

void refine(const PgQuery__ReindexStmt& reindex, StatementTraits& traits) {
  const bool index = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX;
  const bool table = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE;
  run_in_transaction(traits);
  traits.outside_transaction = !index && !table;
  if (find_option(nodes(reindex.params, reindex.n_params), "concurrently") != Option::on) return;
  run_concurrently(traits);
  if (index && reindex.relation != nullptr)
    traits.concurrent_index = ConcurrentIndex{ConcurrentIndex::Action::reindex, reindex.relation->schemaname,
                                              reindex.relation->relname, "", ""};
}

void refine(const PgQuery__VacuumStmt& vacuum, StatementTraits& traits) {
  traits.rewrites = vacuum.is_vacuumcmd && find_option(nodes(vacuum.options, vacuum.n_options), "full") == Option::on;
}

void refine(const PgQuery__AlterTableStmt& alter, StatementTraits& traits) {
  run_in_transaction(traits);
  bool only_validates = alter.n_cmds > 0;
  for (const PgQuery__Node* node : nodes(alter.cmds, alter.n_cmds)) {
    const PgQuery__AlterTableCmd& command = *node->alter_table_cmd;
    if (command.subtype != PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint) only_validates = false;
    const bool detaches = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition && command.def != nullptr &&
                          command.def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD;
    if (!detaches || !command.def->partition_cmd->concurrent) continue;
    traits.outside_transaction = true;
    traits.lock_class = LockClass::concurrent;
  }
  if (only_validates) traits.lock_class = LockClass::concurrent;
}

// Without a slot on the other side it may run in a transaction.
void refine(const PgQuery__CreateSubscriptionStmt& create, StatementTraits& traits) {
  const auto options = nodes(create.options, create.n_options);
  traits.outside_transaction =
      find_option(options, "connect") != Option::off && find_option(options, "create_slot") != Option::off;
}

void refine(const PgQuery__AlterSubscriptionStmt& alter, StatementTraits& traits) {
  const bool changes = alter.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_SET_PUBLICATION ||
                       alter.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_ADD_PUBLICATION ||
                       alter.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_DROP_PUBLICATION;
  const bool refreshes = find_option(nodes(alter.options, alter.n_options), "refresh") != Option::off;
  traits.outside_transaction =
      changes ? refreshes : alter.kind == PG_QUERY__ALTER_SUBSCRIPTION_TYPE__ALTER_SUBSCRIPTION_REFRESH;
}

void refine(const PgQuery__CopyStmt& copy, StatementTraits& traits) {
  traits.reaches_outside.clear();
  if (copy.is_program) {
    traits.reaches_outside = "COPY ... PROGRAM runs a program on the server";
  } else if (copy.filename != nullptr && *copy.filename != '\0') {
    traits.reaches_outside = "COPY reads or writes a file on the server";
  }
}

void refine(const PgQuery__Node& node, StatementTraits& traits) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return refine(*node.index_stmt, traits);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return refine(*node.drop_stmt, traits);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return refine(*node.reindex_stmt, traits);
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return refine(*node.vacuum_stmt, traits);
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return refine(*node.alter_table_stmt, traits);
    case PG_QUERY__NODE__NODE_CREATE_SUBSCRIPTION_STMT:
      return refine(*node.create_subscription_stmt, traits);
    case PG_QUERY__NODE__NODE_ALTER_SUBSCRIPTION_STMT:
      return refine(*node.alter_subscription_stmt, traits);
    case PG_QUERY__NODE__NODE_COPY_STMT:
      return refine(*node.copy_stmt, traits);
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      traits.outside_transaction = node.cluster_stmt->relation == nullptr;
      return;
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
      traits.loses_nothing_outside = *node.alter_enum_stmt->old_val == '\0';
      return;
    default:
      return;
  }
}

// A parse tree is as deep as the expressions in it, and reading one recurses: what words tell is enough for queries
// and DML, and for statements so long that 8 MiB of stack might not do.
bool wants_tree(const Words& words, std::string_view tag) {
  constexpr std::string_view known_by_words[] = {"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"};
  return words.token(Words::most_tokens - 1) == nullptr &&
         std::ranges::find(known_by_words, tag) == std::end(known_by_words);
}

}  // namespace

StatementTraits classify_postgres(std::string_view statement) {
  const Words words(statement, Dialect::postgres);
  const std::string text(statement);
  StatementTraits traits;
  traits.tag = words.tag();
  traits.parsed = is_one_statement(text);
  classify_postgres_by_words(words, traits);
  if (!traits.parsed || !wants_tree(words, traits.tag)) return traits;
  if (const PostgresTree tree = parse_postgres(text); tree != nullptr && tree->n_stmts == 1)
    refine(*tree->stmts[0]->stmt, traits);
  return traits;
}

}  // namespace drydock
