// A table as the catalogs describe it at one moment, in the detail that comparing two moments needs.
#pragma once

#include <string>
#include <vector>

#include "rehearsal/observe/postgres_inventory.h"
#include "runner/database/database.h"

namespace drydock {

struct TableColumn {
  int number = 0;  // attnum
  std::string name;
  Oid type = 0;
  int modifier = 0;
  std::string type_text;  // format_type: how a cast names it
  // Compared by its own "=": a built-in type with a default btree or hash class. Any other is kept and compared as
  // text, so that what is kept does not depend on a type that the migration may drop.
  bool typed = false;
  bool collated = false;
  bool composite =
      false;  // a row type, or an array or domain of one: kept as JSON, so that its parts can be told apart
  bool generated = false;  // derived: never a loss
};

struct TableDetails {
  Oid oid = 0;
  std::string schema, name;
  char kind = 'r';
  std::int64_t file = 0;
  std::vector<TableColumn> columns;
  std::vector<int> key;                    // attnums of the primary key, in its order; empty: none
  Oid root = 0;                            // of the partition tree that it belongs to; 0: none
  std::vector<std::string> partition_key;  // names of the columns that the tree's inner tables are partitioned by

  std::string text() const { return schema + "." + name; }
  std::string sql_name() const { return drydock::quoted(schema) + "." + drydock::quoted(name); }
  // Of a FROM clause: a partitioned table has no rows of its own, any other is read without its children.
  std::string from() const { return (kind == 'p' ? "" : "ONLY ") + sql_name(); }
  const TableColumn* column(int number) const;
  const TableColumn* column_named(const std::string& name) const;
};

// Those of the oids that exist. A key with a generated column in it counts as none.
std::vector<TableDetails> read_tables(Database& database, const std::vector<Oid>& oids);

// The oid of the table (ordinary or partitioned) that has the name; 0: none. A view or a foreign table is none.
Oid table_named(Database& database, const std::string& schema, const std::string& name);

// Type names as they are now, for types that may have been renamed; "" for one that is gone.
std::string type_text_now(Database& database, const TableColumn& column);

}  // namespace drydock
