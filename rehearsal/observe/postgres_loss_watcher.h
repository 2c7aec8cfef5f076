// PostgreSQL's half of the loss watcher.
//
// A first try of a part finds the candidates by the locks that it holds at its end (postgres_inventory.h). Most parts
// have none and are committed. Otherwise the part is rolled back, the candidates are locked and kept before its first
// statement (postgres_keep.h), it runs once more, statement by statement, and is compared (postgres_compare.h). Not by
// savepoint: ROLLBACK TO releases locks, leaves prepared statements, and forbids SET TRANSACTION. If the second run has
// other candidates, once more; then it is refused.
#pragma once

#include <chrono>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/loss_watcher.h"
#include "rehearsal/observe/postgres_counter_hiding.h"
#include "rehearsal/observe/postgres_inventory.h"
#include "rehearsal/observe/postgres_keep.h"
#include "rehearsal/observe/postgres_kept_losses.h"
#include "rehearsal/observe/postgres_outside.h"
#include "rehearsal/observe/postgres_second_session.h"
#include "rehearsal/observe/postgres_suspects.h"
#include "rehearsal/observe/postgres_trace.h"

namespace drydock {

class PostgresLossWatcher final : public LossWatcher {
 public:
  // REQUIRES: the database outlives the watcher; no transaction is open.
  PostgresLossWatcher(Database& database, Options options);

  void part_begins(Database&, const Step&, const Part&) override;
  bool one_by_one(const Step&, const Part&) const override;
  void before(Database&, const Statement&) override;
  Decision after(Database&, const StatementRun&) override;
  std::string probe() const override { return PostgresInventory::probe(); }
  Decision before_commit(Database&, const Step&, const Part&, const Rows& probe) override;
  void part_abandoned(Database&, const Step&, const Part&) override;
  void part_done(Database&, const Step&, const Part&) override;

  const std::vector<ObservedMigration>& observed() const override { return observed_; }
  const std::vector<TouchedTable>& touched() const override { return touched_; }

 private:
  void start_part(const Step& step, const Part& part);
  void announce(const Step& step, const Part& part);
  void keep_wanted();
  void keep_everything();
  PlanRows plan_rows(Oid oid) const;
  std::map<Oid, KeepWish> suspects_of(const Step& step, const Touched& touched);
  bool was_before_the_plan(Oid oid) const;
  std::vector<Loss> compare(const Touched& touched);
  void note_leaves(Oid root);
  // Those that the part gave no row, where its counters tell.
  std::vector<Oid> took_nothing(const Touched& touched) const;
  SeenOfTable seen_of(const KeptTable& kept, const Touched& touched) const;
  void note_written(const TouchedRelation& relation);
  bool rows_may_be_carried_into(const TouchedRelation& relation) const;
  void remember(const Step& step, const Part& part, const std::map<Oid, KeepWish>& suspects);
  ObservedMigration& observed_migration(const Step& step);

  Database& database_;
  Options options_;
  PostgresSecondSession second_session_;
  PostgresOutside outside_;
  PostgresInventory inventory_, baseline_;
  CounterHiding hiding_by_code_ = CounterHiding::none;
  std::string start_xid_;
  std::vector<std::string> own_xids_;
  std::set<Oid> written_by_plan_, rewritten_by_plan_;
  std::map<Oid, std::vector<std::string>> xids_of_table_;  // of own_xids_, those that touched it
  // Tables that this run may have put rows of others into: then all of theirs count.
  std::set<Oid> carried_into_;
  std::map<Oid, Lineage> lineages_;
  std::map<Oid, std::map<int, std::string>> added_columns_;  // by this run, with its transaction

  // Of the part at hand.
  std::string part_id_;
  int part_number_ = -1, tries_ = 0;
  CounterHiding hiding_ = CounterHiding::none;
  bool last_part_ = false;
  std::map<Oid, KeepWish> wanted_;
  // Of the try at hand.
  std::vector<KeptTable> kept_;
  PostgresTrace trace_;
  std::set<Oid> cleared_;  // suspects of which a second session saw no rows that count
  bool composites_changed_ = false;
  // To be taken over when it is committed.
  Touched pending_touched_;
  std::string pending_xid_;
  std::vector<Loss> pending_losses_;
  std::map<Oid, Lineage> pending_lineages_;
  std::set<Oid> pending_leaves_;  // of a tree that took the place of a table: all of their rows count from now on
  std::vector<TouchedTable> pending_tables_;

  std::vector<ObservedMigration> observed_;
  std::vector<TouchedTable> touched_;
};

}  // namespace drydock
