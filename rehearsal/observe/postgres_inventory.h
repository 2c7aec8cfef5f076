// What the catalogs say of a database's tables, carried forward from part to part by the locks that a part holds.
//
// DML and DDL by any route (dynamic SQL, cascades, triggers, functions) keep a relation lock stronger than ROW SHARE to
// the end of the transaction, so that the relations to look at follow from pg_locks, and the cost of looking does not
// follow the size of the schema: 0.12 s for 1,000 migrations beside 2,000 tables, where reading the whole inventory
// each time took 10.5 s (PostgreSQL 15.18).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runner/database/database.h"

namespace drydock {

using Oid = std::int64_t;

struct ColumnState {
  int number = 0;  // attnum
  Oid type = 0;
  int modifier = 0;  // atttypmod
  std::string name;
  bool operator==(const ColumnState&) const = default;
};

struct RelationState {
  std::string schema, name;
  char kind = 'r';        // relkind: r table, p partitioned table, c composite type
  std::int64_t file = 0;  // relfilenode
  std::vector<ColumnState> columns;
  bool is_leaf = false;  // of a partitioned table

  std::string text() const { return schema + "." + name; }
  const ColumnState* column(int number) const;
};

// One relation that the open transaction holds a lock on.
struct TouchedRelation {
  Oid oid = 0;
  std::string mode;     // the strongest: "AccessExclusiveLock"
  bool exists = false;  // in pg_class
  bool temporary = false;
  bool columns_read = false;
  RelationState state;                                  // where it exists; columns only where columns_read
  std::int64_t inserted = 0, deleted = 0, updated = 0;  // by this transaction, rolled-back savepoints included
};

// The stronger of two lock modes of pg_locks.
const std::string& stronger(const std::string& a, const std::string& b);
// "AccessExclusiveLock" -> "ACCESS EXCLUSIVE", for LOCK TABLE.
std::string lock_clause(const std::string& mode);

class PostgresInventory {
 public:
  // Reads all tables and composite types of the user's schemas and of drydock's own.
  void read(Database& database);

  // The query that tells what the open transaction has touched, and its answer.
  static std::string probe();
  static std::map<Oid, TouchedRelation> touched(const Rows& probe);
  // The open transaction's id as rows carry it in xmin; "" where it has none.
  static std::string transaction_of(const Rows& probe);

  // Takes over what a part that is about to be committed has changed.
  void carry_forward(const std::map<Oid, TouchedRelation>& touched);

  const RelationState* find(Oid oid) const;
  Oid find_by_name(const std::string& text) const;  // 0: none
  const std::map<Oid, RelationState>& all() const { return relations_; }

 private:
  std::map<Oid, RelationState> relations_;
};

}  // namespace drydock
