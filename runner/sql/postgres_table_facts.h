// Columns, types and constraints as the parse tree of CREATE TABLE and ALTER TABLE has them.
#pragma once

#include <span>
#include <string>

#include "runner/sql/postgres_tree.h"
#include "runner/sql/statement_facts.h"

namespace drydock {

// Of a list of strings: the last is the name, the one before it the schema.
TableName name_in(std::span<PgQuery__Node* const> parts);
TableName name_in(const PgQuery__RangeVar* table);

TypeFacts type_facts(const PgQuery__TypeName* type);
ColumnFacts column_facts(const PgQuery__ColumnDef& definition);
ConstraintFacts constraint_facts(const PgQuery__Constraint& constraint);
// Adds what it says to the facts, and the lock that it needs.
void add_action(const PgQuery__AlterTableCmd& command, StatementFacts& facts);

}  // namespace drydock
