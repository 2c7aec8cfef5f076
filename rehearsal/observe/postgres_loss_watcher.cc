#include "rehearsal/observe/postgres_loss_watcher.h"

#include <algorithm>

namespace drydock {

namespace {

constexpr int most_tries = 3;  // find, judge, and once more where the second run had other candidates

}  // namespace

PostgresLossWatcher::PostgresLossWatcher(Database& database, Options options)
    : database_(database), options_(std::move(options)), second_session_(database.url()), outside_(database) {
  inventory_.read(database);
  database.expect_often(PostgresInventory::probe());
  hiding_by_code_ = hiding_by_code(database);
  if (options_.on_shadow) {
    baseline_ = inventory_;
    // From here on the shadow's only writer is the plan: rows with a later xmin are the plan's own.
    start_xid_ = database.query("SELECT (pg_catalog.txid_current() % 4294967296)::text").text(0, 0);
  }
}

ObservedMigration& PostgresLossWatcher::observed_migration(const Step& step) {
  const std::string id = step.migration.id();
  if (observed_.empty() || observed_.back().id != id) {
    ObservedMigration observed;
    observed.id = id;
    observed.name = step.migration.source.name;
    observed.file = step.migration.source.file;
    observed.checksum = step.migration.checksum.text;
    observed_.push_back(std::move(observed));
  }
  return observed_.back();
}

void PostgresLossWatcher::part_begins(Database&, const Step& step, const Part& part) {
  observed_migration(step);
  start_part(step, part);
  kept_.clear();
  cleared_.clear();
  composites_changed_ = false;
  if (part.mode == Part::Mode::alone) {
    const StatementTraits& traits = step.migration.statements[part.statements.front()].traits;
    if (!traits.loses_nothing_outside && traits.tag != "DISCARD") {
      if (options_.on_shadow) keep_everything();
    }
  } else if (!wanted_.empty()) {
    keep_wanted();
  }
  trace_.start(inventory_, kept_, options_.on_shadow ? PostgresTrace::Detail::report : PostgresTrace::Detail::losses);
}

void PostgresLossWatcher::start_part(const Step& step, const Part& part) {
  if (part_id_ == step.migration.id() && part_number_ == part.number) return;
  part_id_ = step.migration.id();
  part_number_ = part.number;
  last_part_ = part.last && part_id_ == options_.last_id;
  tries_ = 0;
  wanted_.clear();
  announce(step, part);
  // The part before may have made such code.
  if (hiding_ != CounterHiding::none) hiding_by_code_ = hiding_by_code(database_);
  hiding_ = CounterHiding::none;
  for (const std::size_t index : part.statements) {
    hiding_ = std::max(hiding_, hiding_by_text(step.migration.statements[index]));
  }
  if (hiding_ != CounterHiding::none && !is_superuser(database_)) hiding_ = CounterHiding::none;
  hiding_ = std::max(hiding_, hiding_by_code_);
}

void PostgresLossWatcher::announce(const Step& step, const Part& part) {
  for (const TouchedTable& table : options_.announced) {
    if (table.id != step.migration.id() || table.part != part.number) continue;
    const Oid oid = inventory_.find_by_name(table.table);
    if (oid == 0) continue;  // then it cannot lose anything here; a table that it should be is found by its locks
    KeepWish wish{.mode = table.lock_mode, .rows = table.rows, .counted_columns = {}, .bounded = false};
    const RelationState& state = *inventory_.find(oid);
    for (const ColumnState& column : state.columns) {
      if (std::find(table.columns.begin(), table.columns.end(), column.name) != table.columns.end()) {
        wish.counted_columns.insert(column.number);
      }
    }
    wanted_[oid] = wish;
  }
}

PlanRows PostgresLossWatcher::plan_rows(Oid oid) const {
  PlanRows rows;
  if (options_.on_shadow) {
    const bool all_count = carried_into_.contains(oid);
    if (written_by_plan_.contains(oid) && !all_count) rows.start_xid = start_xid_;
    rows.all_columns = all_count && !baseline_.find(oid);
    if (const RelationState* state = baseline_.find(oid)) {
      for (const ColumnState& column : state->columns) rows.columns.insert(column.number);
    }
    return rows;
  }
  // On the target others write too: only rows that carry one of this run's transactions are its own, and only in tables
  // whose old rows this run has not updated or rewritten.
  const bool has_old_rows_of_ours = rewritten_by_plan_.contains(oid) || carried_into_.contains(oid);
  const auto xids = xids_of_table_.find(oid);
  if (xids != xids_of_table_.end() && !has_old_rows_of_ours) rows.own_xids = xids->second;
  const auto added = added_columns_.find(oid);
  if (added != added_columns_.end()) rows.added_columns = added->second;
  if (lineages_.contains(oid) || !rows.added_columns.empty()) rows.run_xids = own_xids_;
  return rows;
}

void PostgresLossWatcher::keep_wanted() {
  std::map<Oid, PlanRows> rows;
  for (auto& [oid, wish] : wanted_) {
    if (options_.on_shadow) wish.mode.clear();  // nobody else writes there
    rows[oid] = plan_rows(oid);
  }
  try {
    kept_ =
        PostgresKeeper(database_, PostgresKeeper::Until::commit).keep(wanted_, rows, lineages_, options_.keep_timeout);
  } catch (const CannotKeep& error) {
    throw Refused(std::string("what this migration does to ") + error.what() +
                  "; nothing that cannot be judged is committed");
  }
}

// Outside a transaction nothing can be rolled back to look again: every table that was there before the plan is kept.
void PostgresLossWatcher::keep_everything() {
  std::map<Oid, KeepWish> wishes;
  std::map<Oid, PlanRows> rows;
  for (const auto& [oid, relation] : inventory_.all()) {
    if (relation.kind != 'r' || relation.schema == "drydock" || !was_before_the_plan(oid)) continue;
    wishes[oid] = KeepWish{.mode = {}, .rows = true, .counted_columns = {}, .bounded = false};
    rows[oid] = plan_rows(oid);
  }
  outside_.keep(inventory_, wishes, rows, lineages_);
}

bool PostgresLossWatcher::one_by_one(const Step&, const Part&) const { return options_.on_shadow || !wanted_.empty(); }

void PostgresLossWatcher::before(Database& database, const Statement& statement) {
  if (options_.on_shadow && !statement.traits.reaches_outside.empty()) {
    throw Refused(observed_.back().file + ":" + std::to_string(statement.line) + ": " +
                  statement.traits.reaches_outside +
                  ", which a rehearsal must not; run it by hand, outside of a migration");
  }
  if (database.in_transaction()) trace_.before(database);
}

Watcher::Decision PostgresLossWatcher::after(Database& database, const StatementRun& run) {
  if (database.in_transaction()) trace_.after(database, run);
  return Decision::proceed;
}

bool PostgresLossWatcher::was_before_the_plan(Oid oid) const {
  if (!options_.on_shadow) return true;
  return baseline_.find(oid) != nullptr || lineages_.contains(oid) || carried_into_.contains(oid);
}

std::map<Oid, KeepWish> PostgresLossWatcher::suspects_of(const Step& step, const Touched& touched) {
  SuspectRules rules{.inventory = inventory_,
                     .hiding = hiding_,
                     .was_before_the_plan = [this](Oid oid) { return was_before_the_plan(oid); },
                     .consented_without_bound = {}};
  if (options_.consented_without_bound) {
    rules.consented_without_bound = [&](LossKind kind, const ObjectName& object) {
      return options_.consented_without_bound(step.migration.id(), kind, object);
    };
  }
  Suspects suspects = find_suspects(database_, rules, touched);
  composites_changed_ = composites_changed_ || suspects.composites_changed;
  return std::move(suspects.wishes);
}

Watcher::Decision PostgresLossWatcher::before_commit(Database&, const Step& step, const Part& part, const Rows& probe) {
  Touched touched = PostgresInventory::touched(probe);
  // The safety copies that the guard makes in this transaction are none of the migration's work.
  std::erase_if(touched, [&](const auto& each) {
    return each.second.exists && each.second.state.schema == "drydock_kept" && !inventory_.find(each.first);
  });
  refuse_tampering(inventory_, touched);
  std::map<Oid, KeepWish> suspects = suspects_of(step, touched);
  std::erase_if(suspects, [&](const auto& suspect) {
    const auto seen = touched.find(suspect.first);
    const bool clear = kept_.empty() && seen != touched.end() && !options_.on_shadow &&
                       second_session_.shows_no_rows_of_others(seen->second, plan_rows(seen->first));
    if (clear) cleared_.insert(suspect.first);
    return clear;
  });
  bool complete = true;
  for (const auto& [oid, wish] : suspects) {
    const auto kept =
        std::find_if(kept_.begin(), kept_.end(), [&, id = oid](const KeptTable& k) { return k.before.oid == id; });
    if (kept != kept_.end() && kept->suffices_for(wish)) continue;
    complete = false;
    KeepWish& wanted = wanted_.try_emplace(oid, wish).first->second;
    wanted.rows = wanted.rows || wish.rows;
    wanted.counted_columns.insert(wish.counted_columns.begin(), wish.counted_columns.end());
    if (!wish.mode.empty() && !wanted.mode.empty()) wanted.mode = stronger(wanted.mode, wish.mode);
  }
  if (!complete) {
    if (++tries_ < most_tries) return Decision::again;
    throw Refused("the migration touched other tables each time it ran, so what it does cannot be judged");
  }
  std::vector<Loss> losses = compare(touched);
  if (options_.judge) options_.judge(step, part, losses);
  pending_touched_ = touched;
  pending_xid_ = PostgresInventory::transaction_of(probe);
  pending_losses_ = std::move(losses);
  remember(step, part, suspects);
  return Decision::proceed;
}

std::vector<Loss> PostgresLossWatcher::compare(const Touched& touched) {
  std::vector<Loss> losses;
  pending_lineages_.clear();
  pending_leaves_.clear();
  if (kept_.empty()) return losses;
  CanonicalSettings settings(database_);
  const KeptState state{.inventory = inventory_,
                        .kept = kept_,
                        .composites_changed = composites_changed_,
                        .moved_since = {},
                        .took_nothing = took_nothing(touched)};
  for (const KeptTable& kept : kept_) {
    if (!touched.contains(kept.before.oid) && !composites_changed_) continue;
    KeptLosses found = losses_of_kept(database_, state, kept, seen_of(kept, touched), settings.triggers());
    losses.insert(losses.end(), found.losses.begin(), found.losses.end());
    if (!found.lineage) continue;
    if (found.lineage->first != kept.before.oid) note_leaves(found.lineage->first);
    pending_lineages_[found.lineage->first] = std::move(found.lineage->second);
  }
  settings.let_triggers_fire();
  return losses;
}

// A tree that took the name of a table holds its rows in its leaves, which may be older than this part.
void PostgresLossWatcher::note_leaves(Oid root) {
  const Value parameters[] = {std::to_string(root)};
  const Rows leaves = database_.query(
      "SELECT t.relid::pg_catalog.oid::pg_catalog.int8 FROM pg_catalog.pg_partition_tree("
      "$1::pg_catalog.oid::pg_catalog.regclass) t WHERE t.isleaf AND t.level OPERATOR(pg_catalog.>) 0",
      parameters);
  for (std::size_t i = 0; i < leaves.rows.size(); ++i) pending_leaves_.insert(leaves.integer(i, 0));
}

std::vector<Oid> PostgresLossWatcher::took_nothing(const Touched& touched) const {
  std::vector<Oid> tables;
  if (hiding_ == CounterHiding::named) return tables;
  for (const auto& [oid, relation] : touched) {
    const auto kept = std::ranges::find(kept_, oid, [](const KeptTable& each) { return each.before.oid; });
    if (relation.inserted == (kept == kept_.end() ? 0 : kept->at_start.inserted)) tables.push_back(oid);
  }
  return tables;
}

SeenOfTable PostgresLossWatcher::seen_of(const KeptTable& kept, const Touched& touched) const {
  const Oid oid = kept.before.oid;
  SeenOfTable seen{.evidence = trace_.evidence(oid),
                   .lines = trace_.lines(oid),
                   .gone = false,
                   .lineage_wanted = !last_part_ && (options_.on_shadow || kept.rows > 0)};
  if (const auto relation = touched.find(oid); relation != touched.end()) {
    seen.gone = !relation->second.exists;
    seen.evidence.counted = {.inserted = relation->second.inserted - kept.at_start.inserted,
                             .deleted = relation->second.deleted - kept.at_start.deleted,
                             .updated = relation->second.updated - kept.at_start.updated};
  }
  // Switched off, the counters say nothing: every row that is not there is lost.
  if (hiding_ == CounterHiding::named) seen.evidence.counting = TableEvidence::Counting::unknown;
  return seen;
}

// Whether the part may have moved rows there that stood in another table before: into a leaf, from another leaf or from
// what became a tree; on a target, which has no lineages, also into a table that took the name of another.
bool PostgresLossWatcher::rows_may_be_carried_into(const TouchedRelation& relation) const {
  const Oid named_so = inventory_.find_by_name(relation.state.text());
  if (!options_.on_shadow && named_so != 0 && named_so != relation.oid) return true;
  if (!relation.state.is_leaf || relation.inserted == 0) return false;
  return std::any_of(pending_touched_.begin(), pending_touched_.end(), [this, &relation](const auto& each) {
    const RelationState* before = inventory_.find(each.first);
    if (!before || each.first == relation.oid) return false;
    return !each.second.exists || (before->is_leaf && each.second.deleted > 0);
  });
}

// What later parts have to know of a table that this one wrote to.
void PostgresLossWatcher::note_written(const TouchedRelation& relation) {
  const Oid oid = relation.oid;
  written_by_plan_.insert(oid);
  if (!pending_xid_.empty()) xids_of_table_[oid].push_back(pending_xid_);
  if (rows_may_be_carried_into(relation)) carried_into_.insert(oid);
  const RelationState* before = inventory_.find(oid);
  if (!before) return;
  if (relation.columns_read) {
    for (const ColumnState& column : relation.state.columns) {
      if (!before->column(column.number)) added_columns_[oid][column.number] = pending_xid_;
    }
  }
  // Rows that were deleted may have been put in again.
  const bool refilled = relation.deleted > 0 && relation.inserted > 0;
  if (relation.updated == 0 && !refilled && relation.state.file == before->file) return;
  // Rows of others now carry this run's transaction. In a table of the plan's own there may have been none.
  const auto kept = std::find_if(kept_.begin(), kept_.end(), [oid](const KeptTable& k) { return k.before.oid == oid; });
  const bool others_had_rows = kept != kept_.end() && kept->rows > 0;
  const bool nobody_looked = kept == kept_.end() && !cleared_.contains(oid);
  if (others_had_rows || nobody_looked) rewritten_by_plan_.insert(oid);
}

void PostgresLossWatcher::remember(const Step& step, const Part& part, const std::map<Oid, KeepWish>& suspects) {
  pending_tables_.clear();
  for (const auto& [oid, wish] : suspects) {
    const RelationState* state = inventory_.find(oid);
    TouchedTable table{.id = step.migration.id(),
                       .part = part.number,
                       .table = state->text(),
                       .rows = wish.rows,
                       .columns = {},
                       .lock_mode = wish.mode};
    for (const int number : wish.counted_columns) {
      if (const ColumnState* column = state->column(number)) table.columns.push_back(column->name);
    }
    pending_tables_.push_back(std::move(table));
  }
}

void PostgresLossWatcher::part_abandoned(Database&, const Step&, const Part&) {
  pending_touched_.clear();
  pending_losses_.clear();
  pending_lineages_.clear();
  pending_leaves_.clear();
  pending_tables_.clear();
}

void PostgresLossWatcher::part_done(Database& database, const Step& step, const Part& part) {
  ObservedMigration& observed = observed_migration(step);
  if (part.mode == Part::Mode::alone) {
    if (outside_.kept_any()) {
      const auto counters =
          hiding_ == CounterHiding::none ? PostgresOutside::Counters::trusted : PostgresOutside::Counters::hidden;
      pending_losses_ = outside_.losses(counters, last_part_ ? nullptr : &pending_lineages_);
    }
    inventory_.read(database);
    for (const auto& [oid, relation] : inventory_.all()) written_by_plan_.insert(oid);
  } else {
    for (const auto& [oid, relation] : pending_touched_) {
      if (relation.exists) note_written(relation);
    }
    inventory_.carry_forward(pending_touched_);
    if (!pending_xid_.empty()) own_xids_.push_back(pending_xid_);
    std::vector<ObservedStatement> statements = trace_.statements();
    observed.statements.insert(observed.statements.end(), statements.begin(), statements.end());
  }
  for (const auto& [oid, lineage] : pending_lineages_) lineages_[oid] = lineage;
  carried_into_.insert(pending_leaves_.begin(), pending_leaves_.end());
  observed.losses.insert(observed.losses.end(), pending_losses_.begin(), pending_losses_.end());
  touched_.insert(touched_.end(), pending_tables_.begin(), pending_tables_.end());
  part_abandoned(database, step, part);
  wanted_.clear();
  part_id_.clear();
}

}  // namespace drydock
