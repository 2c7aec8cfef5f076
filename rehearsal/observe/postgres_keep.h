// What a candidate held before the part: its rows in a temporary table of the part's own transaction, or, where nothing
// but counting is needed (a table that only goes, a column that only goes), counts.
//
// A kept table "drydock_keep_N" has: rid (a number), k (whether the row was there before the plan), c<attnum> (the
// value, typed or as text: TableColumn::typed), and with a lineage f<attnum> (whether the cell was there and not null
// before the plan). Without a lineage the last is the same as c<attnum> IS NOT NULL for columns of before the plan.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_table.h"
#include "runner/database/event_triggers.h"

namespace drydock {

// What of a table was there before the plan, after an earlier part has written to it. Carried in this process from part
// to part, as the lines of a COPY: identity of the row, number among equals, attnums of the cells that count.
struct Lineage {
  bool by_key = false;  // the identity is the primary key's text; otherwise that of the whole row
  std::string copy_lines;
};

// How much of a table is kept.
struct KeepWish {
  std::string mode;               // the lock to take first: the strongest that the part was seen to take; "": none
  bool rows = true;               // the rows themselves; otherwise counts
  std::set<int> counted_columns;  // counts: of these columns' non-null values
  bool bounded = true;            // keep_timeout applies
};

// Which rows were there before the plan, where there is no lineage.
struct PlanRows {
  std::string start_xid;              // shadow: rows with a later xmin are the plan's
  std::vector<std::string> own_xids;  // target: rows with one of these are the plan's
  std::vector<std::string> run_xids;  // target: all of this run's so far, for tables with a lineage
  std::set<int> columns;              // attnums of before the plan; empty with all_columns
  bool all_columns = true;
  // target: columns that this run added, with the transaction that did; only what others wrote there since counts
  std::map<int, std::string> added_columns;
};

// What the server counted of a table in this session. Transactions before, rolled-back tries of this very part among
// them, linger in it for a while: only a difference says something.
struct RowCounters {
  std::int64_t inserted = 0, deleted = 0, updated = 0;
};

struct KeptTable {
  TableDetails before;
  KeepWish wish;
  std::string table;                   // pg_temp."drydock_keep_N"; empty where only counts were kept
  std::int64_t rows = 0;               // that were there before the plan
  std::int64_t all_rows = 0;           // plan's own included
  std::map<int, std::int64_t> values;  // non-null ones, by attnum, that were there before the plan
  RowCounters at_start;                // before the part's first statement
  bool has_flags = false;              // there are f<attnum>
  std::set<int> columns_of_before_the_plan;
  std::string failure;  // why it could not be kept: then all of it counts as lost

  // Whether what was kept is enough for what has to be known.
  bool suffices_for(const KeepWish& needed) const;
  // "c3 counts": the condition under which a kept cell is a value of before the plan.
  std::string counts(const std::string& alias, int number) const;
};

// The settings under which values become text: the same for every text that is compared. Meanwhile the user's event
// triggers do not fire for what is made for the comparison. Restored by restore(); where the transaction ends anyway,
// let_triggers_fire() is enough.
class CanonicalSettings {
 public:
  explicit CanonicalSettings(Database& database);
  void restore();
  void let_triggers_fire();
  const QuietEventTriggers& triggers() const { return quiet_; }

 private:
  Database& database_;
  QuietEventTriggers quiet_;
  std::string restore_sql_;
};

// The condition under which a row of the table "t" does not carry one of this run's transactions.
std::string written_by_others(const std::vector<std::string>& own_xids);
// The expression that a column is kept and compared by.
std::string kept_expression(const std::string& value, const TableColumn& column);
// The identity of a row of that table, as text.
std::string identity_expression(const TableDetails& table, const std::string& alias, bool by_key);

class PostgresKeeper {
 public:
  // end_of_session: the rows are kept beyond the transaction, for a statement that runs outside of one; nothing is
  // locked (on a shadow nobody else writes).
  enum class Until { commit, end_of_session };
  PostgresKeeper(Database& database, Until until) : database_(database), lasting_(until == Until::end_of_session) {}

  // Locks the tables, and keeps them. Throws DatabaseError (a lock_timeout too), or CannotKeep.
  // REQUIRES: the part's transaction is open, none of its statements has run.
  std::vector<KeptTable> keep(const std::map<Oid, KeepWish>& wishes, const std::map<Oid, PlanRows>& plan_rows,
                              const std::map<Oid, Lineage>& lineages, std::chrono::milliseconds timeout);

 private:
  void lock(const std::vector<TableDetails>& tables, const std::map<Oid, KeepWish>& wishes);
  KeptTable keep_one(const TableDetails& table, const KeepWish& wish, const PlanRows& rows, const Lineage* lineage);
  RowCounters counters(Oid oid);
  void count(KeptTable& kept);
  void copy_rows(KeptTable& kept, const PlanRows& rows, const Lineage* lineage);

  Database& database_;
  bool lasting_;
  int next_ = 0;
};

// A table cannot be judged: it may not be locked, or keeping it took longer than guard_timeout. what() names it.
struct CannotKeep : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace drydock
