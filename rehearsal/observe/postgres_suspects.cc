#include "rehearsal/observe/postgres_suspects.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "runner/apply/watcher.h"

namespace drydock {

namespace {

std::optional<KeepWish> suspect(const SuspectRules& rules, const TouchedRelation& relation, const Touched& touched) {
  const RelationState* before = rules.inventory.find(relation.oid);
  if (!before || before->kind != 'r' || before->schema == "drydock") return std::nullopt;
  if (!rules.was_before_the_plan(relation.oid)) return std::nullopt;
  KeepWish wish{.mode = relation.mode, .rows = false, .counted_columns = {}, .bounded = true};
  const auto consented = [&](LossKind kind, const std::string& column) {
    if (!rules.consented_without_bound) return false;
    ObjectName object{{before->schema, before->name}};
    if (!column.empty()) object.parts.push_back(column);
    return rules.consented_without_bound(kind, object);
  };
  if (!relation.exists) {
    for (const auto& [other, state] : touched) {
      const bool is_table = state.exists && (state.state.kind == 'r' || state.state.kind == 'p');
      if (is_table && state.state.text() == before->text() && !state.temporary) wish.rows = true;
      // Its rows may have moved to another leaf of its tree.
      if (before->is_leaf && is_table && state.inserted > 0) wish.rows = true;
    }
    if (!wish.rows && consented(LossKind::table_dropped, "")) return std::nullopt;
    return wish;
  }
  bool suspected = relation.state.file != before->file || relation.deleted > 0 || relation.updated > 0 ||
                   rules.hiding != CounterHiding::none;
  wish.rows = suspected;
  if (relation.columns_read) {
    for (const ColumnState& column : before->columns) {
      const ColumnState* now = relation.state.column(column.number);
      if (now && now->type == column.type && now->modifier == column.modifier) continue;
      if (now || std::any_of(relation.state.columns.begin(), relation.state.columns.end(),
                             [&](const ColumnState& other) { return other.name == column.name; })) {
        wish.rows = suspected = true;
        continue;
      }
      if (!wish.rows && consented(LossKind::column_dropped, column.name)) continue;
      wish.counted_columns.insert(column.number);
      suspected = true;
    }
  }
  if (!suspected) return std::nullopt;
  return wish;
}

// Tables with a column whose values hold a row of one of the relations in $1, at whatever depth. Each step of the
// recursion is a hash join over what types consist of: written with OR and EXISTS it is estimated so high that the
// server compiles it (jit), which takes seconds for each transaction.
std::string users_of_composites(bool multiranges) {
  return "WITH RECURSIVE parts AS MATERIALIZED ("
         "SELECT t.typelem AS part, t.oid AS whole FROM pg_catalog.pg_type t WHERE t.typelem <> 0 "
         "UNION ALL SELECT t.typbasetype, t.oid FROM pg_catalog.pg_type t WHERE t.typbasetype <> 0 "
         "UNION ALL SELECT r.rngsubtype, r.rngtypid FROM pg_catalog.pg_range r " +
         std::string(multiranges ? "UNION ALL SELECT r.rngsubtype, r.rngmultitypid FROM pg_catalog.pg_range r " : "") +
         "UNION ALL SELECT a.atttypid, c.reltype FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = "
         "a.attrelid "
         "WHERE c.reltype <> 0 AND NOT a.attisdropped), "
         "types AS (SELECT c.reltype AS oid FROM pg_catalog.pg_class c WHERE c.oid = ANY ($1::oid[]) "
         "UNION SELECT p.whole FROM types u JOIN parts p ON p.part = u.oid) "
         "SELECT DISTINCT a.attrelid::bigint FROM pg_catalog.pg_attribute a JOIN types u ON u.oid = a.atttypid "
         "JOIN pg_catalog.pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND NOT a.attisdropped";
}

// The relations that have a column less, as an array's text; empty where there are none.
std::string lost_a_column(const PostgresInventory& inventory, const Touched& touched) {
  std::string oids;
  for (const auto& [oid, relation] : touched) {
    const RelationState* before = inventory.find(oid);
    if (!before || !relation.exists || !relation.columns_read) continue;
    const RelationState& now = relation.state;
    const bool lost = std::any_of(before->columns.begin(), before->columns.end(),
                                  [&](const ColumnState& column) { return now.column(column.number) == nullptr; });
    if (lost) oids += (oids.empty() ? "{" : ",") + std::to_string(oid);
  }
  return oids.empty() ? oids : oids + "}";
}

// ALTER TYPE ... DROP ATTRIBUTE takes a part of every value of that type, and shows nowhere but on the type itself. So
// does a column that is dropped from a table whose row type others use.
bool add_users_of_composites(Database& database, const SuspectRules& rules, const Touched& touched,
                             std::map<Oid, KeepWish>& suspects) {
  const std::string lost = lost_a_column(rules.inventory, touched);
  if (lost.empty()) return false;
  const Value parameters[] = {lost};
  const Rows users = database.query(users_of_composites(database.server_version() >= 140000), parameters);
  for (std::size_t i = 0; i < users.rows.size(); ++i) {
    const Oid user = users.integer(i, 0);
    if (!rules.inventory.find(user) || !rules.was_before_the_plan(user)) continue;
    KeepWish& wish = suspects[user];
    wish.mode = "AccessExclusiveLock";
    wish.rows = true;
  }
  return !users.rows.empty();
}

}  // namespace

Suspects find_suspects(Database& database, const SuspectRules& rules, const Touched& touched) {
  Suspects suspects;
  for (const auto& [oid, relation] : touched) {
    if (auto wish = suspect(rules, relation, touched)) suspects.wishes[oid] = *wish;
  }
  suspects.composites_changed = add_users_of_composites(database, rules, touched, suspects.wishes);
  return suspects;
}

void refuse_tampering(const PostgresInventory& inventory, const Touched& touched) {
  for (const auto& [oid, relation] : touched) {
    if (oid < 16384) {
      throw Refused(
          "the migration writes to the system catalogs by hand; what that does to stored values cannot be judged");
    }
    const RelationState* before = inventory.find(oid);
    const bool to_drydock =
        relation.exists && (relation.state.schema == "drydock_kept" ||
                            (relation.state.schema == "drydock" && before && before->schema != "drydock"));
    if (before && to_drydock)
      throw Refused("the migration moves " + before->text() + " into drydock's own schema " + relation.state.schema +
                    ", where it would not be watched; choose another schema");
    if (!before || before->schema != "drydock") continue;
    const bool rewritten = relation.exists && relation.state.file != before->file;
    if (!relation.exists || rewritten || relation.deleted > 0 || relation.updated > 0) {
      throw Refused("the migration drops or rewrites drydock's own record (" + before->text() +
                    "), which only grows; take that statement out");
    }
    // The stamp, its policy and what is known of backups say what may be done here: a migration does not say it itself.
    const bool is_history = before->name.starts_with("history");
    if (!is_history && (relation.inserted > 0 || stronger(relation.mode, "ShareLock") != "ShareLock")) {
      throw Refused("the migration writes to or changes drydock's own table " + before->text() +
                    "; take that statement out");
    }
  }
}

}  // namespace drydock
