// What one statement does to tables, columns and rows, as far as its text says so: what the rules of a lint go by.
// Neutral: no dialect's grammar shows through, and nothing here judges. A statement that the grammar does not know, or
// that speaks of none of this, has no facts; what runs inside of functions and DO blocks is not seen.
#pragma once

#include <string>
#include <vector>

#include "runner/sql/dialect.h"
#include "runner/sql/statement.h"

namespace drydock {

// As written: without a schema it is wherever the server finds it.
struct TableName {
  std::string schema, name;

  bool empty() const { return name.empty(); }
  std::string text() const { return schema.empty() ? name : schema + "." + name; }
};

// Whether both may be the same table: one without a schema may be in any. Without regard to case, as SQLite compares.
bool may_be_same(const TableName& one, const TableName& other);
bool is_same_word(std::string_view one, std::string_view other);

// PostgreSQL only.
struct TypeFacts {
  std::string name;            // by the server's own name, "int4" for integer; of another schema with its schema
  std::vector<int> modifiers;  // of varchar(20) or numeric(10, 2); -1 for what is no number
  bool array = false;
};

struct ConstraintFacts {
  enum class Kind { check, foreign_key, unique, primary_key, other };
  Kind kind = Kind::other;
  std::string name;  // "" where the server chooses it
  std::vector<std::string> columns;
  TableName references;         // of a foreign key
  bool not_valid = false;       // NOT VALID
  std::string using_index;      // of UNIQUE or PRIMARY KEY
  std::string not_null_column;  // of CHECK (column IS NOT NULL)
};

struct ColumnFacts {
  std::string name;
  TypeFacts type;
  bool not_null = false;                   // NOT NULL, or PRIMARY KEY
  bool has_default = false;                // and that is not NULL
  std::vector<std::string> default_calls;  // the functions that the default calls; PostgreSQL only
  bool identity = false;                   // GENERATED ... AS IDENTITY
  bool generated = false;                  // GENERATED ALWAYS AS (...)
  bool stored = false;                     // and written down: STORED
  std::vector<ConstraintFacts> constraints;
};

// One of the commands of an ALTER TABLE.
struct AlterAction {
  enum class Kind {
    add_column,
    drop_column,
    set_type,
    set_not_null,
    add_constraint,
    validate_constraint,
    drop_constraint,
    set_logged,  // SET LOGGED, SET UNLOGGED
    move,        // SET TABLESPACE, SET ACCESS METHOD
    other,
  };
  // How ALTER ... TYPE finds the new value.
  enum class Using { assignment, plain_cast, expression };

  Kind kind = Kind::other;
  std::string name;                 // of the column or the constraint
  ColumnFacts column = {};          // add_column, set_type
  ConstraintFacts constraint = {};  // add_constraint
  Using by = Using::assignment;
  bool if_exists = false;
};

// The strongest lock that the statement takes on its table, as far as rules tell them apart. PostgreSQL only.
enum class TableLock {
  weak,                 // SHARE UPDATE EXCLUSIVE or less: rows are read and written
  share_row_exclusive,  // rows are read
  access_exclusive,     // nothing goes on
};

struct StatementFacts {
  enum class Kind {
    none,
    create_table,  // also CREATE TABLE AS
    create_view,   // also a materialized one
    create_index,
    create_enum,
    add_enum_value,
    alter_table,
    rename_table,
    rename_column,
    drop_table,  // also of views
    drop_index,
    truncate,
    insert_selected,  // INSERT ... SELECT
    update,
    remove,  // DELETE
    vacuum_full,
    cluster,
    reindex,
    refresh,  // of a materialized view
    pragma_foreign_keys,
  };
  Kind kind = Kind::none;
  // What it is about: the table; the view; the type; of an index, its table. Empty: every table (VACUUM FULL, CLUSTER).
  TableName object;
  std::vector<TableName> objects;  // of DROP and TRUNCATE, all of them
  TableName index;                 // create_index (empty: the server chooses), reindex of an index
  bool concurrently = false;
  bool only = false;         // ON ONLY table
  bool cascade = false;      // TRUNCATE ... CASCADE
  bool temporary = false;    // create_table
  bool partitioned = false;  // create_table ... PARTITION BY
  bool with_data = true;     // refresh
  std::string name;          // rename_column: the old one
  std::string new_name;      // renames; add_enum_value: the label
  TableLock lock = TableLock::weak;
  std::vector<ColumnFacts> columns;      // create_table
  std::vector<AlterAction> actions;      // alter_table
  std::vector<std::string> set_columns;  // update: those that it sets by name; empty where it cannot be told
  bool bounded = false;                  // update, remove: has a WHERE or a LIMIT of its own, whatever it says
  bool by_id = false;                    // update, remove: WHERE id = one value, and nothing else
  bool switches_on = false;              // pragma_foreign_keys
};

StatementFacts facts_of(const Statement& statement, Dialect dialect);

// Each dialect's own, and what both have in common.
StatementFacts facts_of_postgres(const Statement& statement);
StatementFacts facts_of_sqlite(const Statement& statement);
// INSERT, UPDATE, DELETE. Told by their tokens: a parse tree is as deep as its expressions, and tells no more here.
StatementFacts facts_of_row_change(const Statement& statement, Dialect dialect);
// CREATE TABLE and CREATE VIEW, without what stands in the parentheses.
StatementFacts facts_of_creation(const Statement& statement, Dialect dialect);

}  // namespace drydock
