// PostgreSQL's statements by their parse tree, and those that change rows by their words.
//
// Compiles with the grammars of libpg_query 15 to 17: only fields and enumerators that all of them have.
#include "runner/sql/postgres_table_facts.h"
#include "runner/sql/words.h"

namespace drydock {
namespace {

using Kind = StatementFacts::Kind;

void read(const PgQuery__AlterTableStmt& alter, StatementFacts& facts) {
  const bool is_table =
      alter.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE || alter.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW;
  if (!is_table) return;
  facts.kind = Kind::alter_table;
  facts.object = name_in(alter.relation);
  for (const PgQuery__Node* node : nodes(alter.cmds, alter.n_cmds)) add_action(*node->alter_table_cmd, facts);
}

void read(const PgQuery__CreateStmt& create, StatementFacts& facts) {
  for (const PgQuery__Node* node : nodes(create.table_elts, create.n_table_elts))
    if (node->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) facts.columns.push_back(column_facts(*node->column_def));
}

void read(const PgQuery__IndexStmt& create, StatementFacts& facts) {
  facts.kind = Kind::create_index;
  facts.object = name_in(create.relation);
  facts.index = {create.relation->schemaname, create.idxname};
  facts.concurrently = create.concurrent;
  facts.only = !create.relation->inh;
}

void read(const PgQuery__RenameStmt& rename, StatementFacts& facts) {
  if (rename.relation == nullptr) return;
  if (rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
    facts.kind = Kind::rename_table;
  } else if (rename.rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN &&
             rename.relation_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
    facts.kind = Kind::rename_column;
  } else {
    return;
  }
  facts.object = name_in(rename.relation);
  facts.name = rename.subname;
  facts.new_name = rename.newname;
  facts.lock = TableLock::access_exclusive;
}

void read(const PgQuery__DropStmt& drop, StatementFacts& facts) {
  if (drop.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX) {
    facts.kind = Kind::drop_index;
  } else if (drop.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE ||
             drop.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_VIEW ||
             drop.remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW) {
    facts.kind = Kind::drop_table;
  } else {
    return;
  }
  for (const PgQuery__Node* node : nodes(drop.objects, drop.n_objects))
    if (node->node_case == PG_QUERY__NODE__NODE_LIST)
      facts.objects.push_back(name_in(nodes(node->list->items, node->list->n_items)));
  if (!facts.objects.empty()) facts.object = facts.objects.front();
  facts.concurrently = drop.concurrent;
}

void read(const PgQuery__TruncateStmt& truncate, StatementFacts& facts) {
  facts.kind = Kind::truncate;
  for (const PgQuery__Node* node : nodes(truncate.relations, truncate.n_relations))
    if (node->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) facts.objects.push_back(name_in(node->range_var));
  if (!facts.objects.empty()) facts.object = facts.objects.front();
  facts.cascade = truncate.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  facts.lock = TableLock::access_exclusive;
}

// classify() has read the option, whichever way it is spelt.
void read(const PgQuery__VacuumStmt& vacuum, const StatementTraits& traits, StatementFacts& facts) {
  if (!vacuum.is_vacuumcmd || !traits.rewrites) return;
  facts.kind = Kind::vacuum_full;
  if (vacuum.n_rels > 0 && vacuum.rels[0]->node_case == PG_QUERY__NODE__NODE_VACUUM_RELATION)
    facts.object = name_in(vacuum.rels[0]->vacuum_relation->relation);
  facts.lock = TableLock::access_exclusive;
}

void read(const PgQuery__ReindexStmt& reindex, const StatementTraits& traits, StatementFacts& facts) {
  facts.kind = Kind::reindex;
  const bool index = reindex.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX;
  (index ? facts.index : facts.object) = name_in(reindex.relation);
  facts.concurrently = traits.lock_class == LockClass::concurrent;
}

void read(const PgQuery__AlterEnumStmt& alter, StatementFacts& facts) {
  if (*alter.old_val != '\0') return;
  facts.kind = Kind::add_enum_value;
  facts.object = name_in(nodes(alter.type_name, alter.n_type_name));
  facts.new_name = alter.new_val;
}

void read(const PgQuery__Node& node, const StatementTraits& traits, StatementFacts& facts) {
  switch (node.node_case) {
    case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
      return read(*node.alter_table_stmt, facts);
    case PG_QUERY__NODE__NODE_CREATE_STMT:
      return read(*node.create_stmt, facts);
    case PG_QUERY__NODE__NODE_INDEX_STMT:
      return read(*node.index_stmt, facts);
    case PG_QUERY__NODE__NODE_RENAME_STMT:
      return read(*node.rename_stmt, facts);
    case PG_QUERY__NODE__NODE_DROP_STMT:
      return read(*node.drop_stmt, facts);
    case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
      return read(*node.truncate_stmt, facts);
    case PG_QUERY__NODE__NODE_VACUUM_STMT:
      return read(*node.vacuum_stmt, traits, facts);
    case PG_QUERY__NODE__NODE_REINDEX_STMT:
      return read(*node.reindex_stmt, traits, facts);
    case PG_QUERY__NODE__NODE_ALTER_ENUM_STMT:
      return read(*node.alter_enum_stmt, facts);
    case PG_QUERY__NODE__NODE_CREATE_ENUM_STMT:
      facts.kind = Kind::create_enum;
      facts.object = name_in(nodes(node.create_enum_stmt->type_name, node.create_enum_stmt->n_type_name));
      return;
    case PG_QUERY__NODE__NODE_CLUSTER_STMT:
      facts.kind = Kind::cluster;
      facts.object = name_in(node.cluster_stmt->relation);
      facts.lock = TableLock::access_exclusive;
      return;
    case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
      facts.kind = Kind::refresh;
      facts.object = name_in(node.refresh_mat_view_stmt->relation);
      facts.concurrently = node.refresh_mat_view_stmt->concurrent;
      facts.with_data = !node.refresh_mat_view_stmt->skip_data;
      return;
    default:
      return;
  }
}

bool tells_nothing(std::string_view tag) {
  return tag == "SELECT" || tag == "DO" || tag == "CREATE FUNCTION" || tag == "CREATE PROCEDURE" || tag == "COPY" ||
         tag == "MERGE" || tag == "COMMENT" || tag == "GRANT" || tag == "SET";
}

}  // namespace

StatementFacts facts_of_postgres(const Statement& statement) {
  const std::string& tag = statement.traits.tag;
  if (tag == "INSERT" || tag == "UPDATE" || tag == "DELETE") return facts_of_row_change(statement, Dialect::postgres);
  if (tells_nothing(tag) || !statement.traits.parsed) return {};
  StatementFacts facts = facts_of_creation(statement, Dialect::postgres);
  // As classify() does: what is longer might be deeper than the stack.
  if (Words(statement.text, Dialect::postgres).token(Words::most_tokens - 1) != nullptr) return facts;
  if (const PostgresTree tree = parse_postgres(statement.text); tree != nullptr && tree->n_stmts == 1)
    read(*tree->stmts[0]->stmt, statement.traits, facts);
  return facts;
}

}  // namespace drydock
