#include "rehearsal/observe/postgres_outside.h"

#include <algorithm>

#include "rehearsal/observe/postgres_kept_losses.h"

namespace drydock {

namespace {

// From this version on what a session has counted is there for others as soon as it is gone, or says so.
constexpr int counts_at_once = 150000;

}  // namespace

// A role that is no superuser counts always, unless somebody gave it the setting.
bool PostgresOutside::counters_are_told() {
  if (database_.server_version() < counts_at_once) return false;
  return database_
             .query(
                 "SELECT pg_catalog.current_setting('track_counts') = 'on' AND NOT EXISTS (SELECT FROM "
                 "pg_catalog.pg_parameter_acl p WHERE p.parname = 'track_counts') AND NOT EXISTS (SELECT FROM "
                 "pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) c WHERE c ~* '^track_counts=')")
             .text(0, 0) == "t";
}

std::map<Oid, PostgresOutside::Table> PostgresOutside::read_counters() {
  if (told_) database_.execute("SELECT pg_catalog.pg_stat_force_next_flush()");
  PostgresInventory now;
  now.read(database_);
  std::map<Oid, Table> tables;
  for (const auto& [oid, relation] : now.all()) tables[oid] = {{}, relation.file, relation.columns};
  const Rows rows = database_.query(
      "SELECT c.oid::bigint, pg_catalog.pg_stat_get_tuples_inserted(c.oid), "
      "pg_catalog.pg_stat_get_tuples_deleted(c.oid), pg_catalog.pg_stat_get_tuples_updated(c.oid) FROM "
      "pg_catalog.pg_class c WHERE c.relkind = 'r' AND c.oid >= 16384");
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    const auto table = tables.find(rows.integer(i, 0));
    if (table == tables.end()) continue;
    table->second.counted = {
        .inserted = rows.integer(i, 1), .deleted = rows.integer(i, 2), .updated = rows.integer(i, 3)};
  }
  return tables;
}

void PostgresOutside::keep(const PostgresInventory& inventory, const std::map<Oid, KeepWish>& wishes,
                           const std::map<Oid, PlanRows>& rows, const std::map<Oid, Lineage>& lineages) {
  inventory_ = &inventory;
  database_.begin();
  start_xid_ = database_.query("SELECT (pg_catalog.txid_current() % 4294967296)::text").text(0, 0);
  kept_ = PostgresKeeper(database_, PostgresKeeper::Until::end_of_session)
              .keep(wishes, rows, lineages, std::chrono::milliseconds(0));
  database_.commit();
  told_ = counters_are_told();
  before_ = read_counters();
}

// What a rolled-back transaction did was counted as deleted and as put in; RestMatching bounds by the rows that are
// there now. A TRUNCATE counts nothing: it shows as a new file, under the same columns or with fewer rows than what was
// counted leaves.
TableEvidence PostgresOutside::evidence_of(const KeptTable& kept, const std::map<Oid, Table>& now) {
  TableEvidence evidence;
  evidence.counting = TableEvidence::Counting::unknown;
  const auto before = before_.find(kept.before.oid);
  const auto after = now.find(kept.before.oid);
  if (before == before_.end() || after == now.end()) return evidence;
  const Table& was = before->second;
  const Table& is = after->second;
  const RowCounters counted{.inserted = is.counted.inserted - was.counted.inserted,
                            .deleted = is.counted.deleted - was.counted.deleted,
                            .updated = is.counted.updated - was.counted.updated};
  const bool new_file = is.file != was.file;
  evidence.truncated = new_file && is.columns == was.columns;
  if (!told_ || counted.inserted < 0 || counted.deleted < 0 || counted.updated < 0) return evidence;
  evidence.counting = TableEvidence::Counting::exact;
  evidence.counted = counted;
  evidence.emptied = kept.all_rows > 0 && counted.deleted >= kept.all_rows;
  if (new_file && !evidence.truncated) {
    const std::vector<TableDetails> table = read_tables(database_, {kept.before.oid});
    const std::int64_t rows = database_.query("SELECT pg_catalog.count(*) FROM " + table.at(0).from()).integer(0, 0);
    evidence.truncated = rows < kept.all_rows + counted.inserted - counted.deleted;
  }
  return evidence;
}

bool PostgresOutside::composites_changed() {
  PostgresInventory now;
  now.read(database_);
  return std::any_of(inventory_->all().begin(), inventory_->all().end(), [&now](const auto& entry) {
    const RelationState* after = now.find(entry.first);
    const std::vector<ColumnState>& columns = entry.second.columns;
    return after && std::any_of(columns.begin(), columns.end(),
                                [after](const ColumnState& column) { return after->column(column.number) == nullptr; });
  });
}

std::vector<Loss> PostgresOutside::losses(Counters counters, std::map<Oid, Lineage>* lineages) {
  std::vector<Loss> losses;
  told_ = told_ && counters == Counters::trusted;
  const std::map<Oid, Table> now = read_counters();
  database_.begin();
  const KeptState state{
      .inventory = *inventory_, .kept = kept_, .composites_changed = composites_changed(), .moved_since = start_xid_};
  CanonicalSettings settings(database_);
  for (const KeptTable& kept : kept_) {
    const SeenOfTable seen{.evidence = evidence_of(kept, now),
                           .lines = {},
                           .gone = !now.contains(kept.before.oid),
                           .lineage_wanted = lineages != nullptr};
    KeptLosses found = losses_of_kept(database_, state, kept, seen, settings.triggers());
    losses.insert(losses.end(), found.losses.begin(), found.losses.end());
    if (found.lineage && lineages) lineages->insert_or_assign(found.lineage->first, std::move(found.lineage->second));
  }
  database_.rollback();
  for (const KeptTable& kept : kept_) {
    if (!kept.table.empty()) database_.execute("DROP TABLE IF EXISTS " + kept.table);
  }
  kept_.clear();
  return losses;
}

}  // namespace drydock
