#include "rehearsal/observe/postgres_kept_losses.h"

#include <algorithm>
#include <stdexcept>

#include "rehearsal/observe/postgres_cast_back.h"

namespace drydock {

namespace {

ObjectName object_of(const TableDetails& table, const TableColumn* column) {
  ObjectName name{{table.schema, table.name}};
  if (column) name.parts.push_back(column->name);
  return name;
}

std::vector<const KeptTable*> siblings_of(const KeptState& state, const KeptTable& kept) {
  std::vector<const KeptTable*> siblings;
  for (const KeptTable& other : state.kept) {
    if (&other != &kept && other.before.root == kept.before.root) siblings.push_back(&other);
  }
  return siblings;
}

// The root of a partition tree, or what has its name now: a tree that is partitioned anew is the same table.
std::vector<TableDetails> tree_of(Database& database, const KeptState& state, Oid root) {
  if (root == 0) return {};
  std::vector<TableDetails> found = read_tables(database, {root});
  const RelationState* before = state.inventory.find(root);
  if (!found.empty() || !before) return found;
  const Oid other = table_named(database, before->schema, before->name);
  return other == 0 ? found : read_tables(database, {other});
}

KeptLosses compared(Database& database, const KeptState& state, const KeptTable& kept, const SeenOfTable& seen) {
  const TableDetails& before = kept.before;
  if (!kept.failure.empty()) throw std::runtime_error(kept.failure);
  std::vector<TableDetails> after = read_tables(database, {before.oid});
  const bool replaced = after.empty();
  if (replaced) {
    if (const Oid other = table_named(database, before.schema, before.name)) after = read_tables(database, {other});
  }
  const std::vector<TableDetails> root = tree_of(database, state, before.root);
  const TableComparisonInput input{.kept = kept,
                                   .after = after.empty() ? nullptr : &after[0],
                                   .replaced = replaced,
                                   .evidence = seen.evidence,
                                   .root = root.empty() ? nullptr : &root[0],
                                   .siblings = siblings_of(state, kept),
                                   .lineage_wanted = seen.lineage_wanted,
                                   .composites_changed = state.composites_changed,
                                   .moved_since = state.moved_since,
                                   .took_nothing = state.took_nothing};
  TableComparisonResult result = compare_table(database, input);
  KeptLosses found;
  for (const TableLoss& loss : result.losses) {
    found.losses.push_back({.kind = loss.kind,
                            .object = object_of(before, loss.column),
                            .rows = loss.rows,
                            .line = line_of(loss, seen.lines),
                            .undetermined = {}});
  }
  if (result.lineage) found.lineage.emplace(after[0].oid, std::move(*result.lineage));
  return found;
}

}  // namespace

KeptLosses losses_of_kept(Database& database, const KeptState& state, const KeptTable& kept, const SeenOfTable& seen,
                          const QuietEventTriggers& triggers) {
  database.execute("SAVEPOINT drydock_table");
  try {
    KeptLosses found = compared(database, state, kept, seen);
    database.execute("RELEASE SAVEPOINT drydock_table");
    return found;
  } catch (const std::runtime_error& error) {
    const auto* server = dynamic_cast<const DatabaseError*>(&error);
    if (server && (server->details().connection_lost || server->details().canceled)) throw;
    if (!server && kept.failure.empty()) throw;
    database.execute("ROLLBACK TO SAVEPOINT drydock_table; RELEASE SAVEPOINT drydock_table");
    Loss all{.kind = seen.gone ? LossKind::table_dropped : LossKind::rows_deleted,
             .object = object_of(kept.before, nullptr),
             .rows = kept.rows,
             .line = seen.gone ? seen.lines.gone : seen.lines.deleted,
             .undetermined = "could not be compared: " + (server ? triggers.explain(*server) : error.what())};
    KeptLosses found{.losses = {all}, .lineage = {}};
    if (seen.gone) return found;
    // A consent to the rows says nothing of what may have become of the values in those that are left.
    const std::vector<int>& key = kept.before.key;
    const std::vector<TableDetails> now = read_tables(database, {kept.before.oid});
    for (const TableColumn& column : kept.before.columns) {
      if (column.generated || std::find(key.begin(), key.end(), column.number) != key.end()) continue;
      const TableColumn* after = now.empty() ? nullptr : now[0].column(column.number);
      all.kind = !after                    ? LossKind::column_dropped
                 : retyped(column, *after) ? LossKind::values_changed
                                           : LossKind::values_erased;
      all.object = object_of(kept.before, &column);
      found.losses.push_back(all);
    }
    return found;
  }
}

}  // namespace drydock
