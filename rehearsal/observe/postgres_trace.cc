#include "rehearsal/observe/postgres_trace.h"

namespace drydock {

namespace {

std::int64_t wal_position(Database& database) {
  return database.query("SELECT pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::bigint")
      .integer(0, 0);
}

// The name in SAVEPOINT s, RELEASE s, ROLLBACK TO s: its last word, as the server folds it.
std::string savepoint_name(const std::string& text) {
  if (text.ends_with('"')) {
    std::size_t start = text.size() - 1;
    do {
      start = text.rfind('"', start - 1);
      // A doubled quote is one in the name.
    } while (start > 0 && text[start - 1] == '"' && start-- > 0);
    return text.substr(start + 1, text.size() - start - 2);
  }
  std::string name = text.substr(text.find_last_of(" \t\n\r/") + 1);
  for (char& c : name) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return name;
}

void first(int& line, int now) {
  if (line == 0) line = now;
}

// Whether the table holds no row at this moment. Looked at inside a savepoint: the migration may have taken a role that
// may not read it, and its transaction must not fail for that.
bool is_empty(Database& database, const TouchedRelation& relation) {
  database.execute("SAVEPOINT drydock_look");
  try {
    const Rows rows = database.query("SELECT NOT EXISTS (SELECT FROM ONLY " + drydock::quoted(relation.state.schema) +
                                     "." + drydock::quoted(relation.state.name) + ")");
    database.execute("RELEASE SAVEPOINT drydock_look");
    return rows.text(0, 0) == "t";
  } catch (const DatabaseError& error) {
    if (error.details().connection_lost || error.details().canceled) throw;
    database.execute("ROLLBACK TO SAVEPOINT drydock_look; RELEASE SAVEPOINT drydock_look");
    return true;  // the stricter reading
  }
}

}  // namespace

void PostgresTrace::start(const PostgresInventory& inventory, const std::vector<KeptTable>& kept, Detail detail) {
  inventory_ = &inventory;
  kept_ = &kept;
  detail_ = detail;
  last_.clear();
  counters_.clear();
  savepoints_.clear();
  for (const KeptTable& each : kept) counters_[each.before.oid] = each.at_start;
  evidence_.clear();
  lines_.clear();
  statements_.clear();
  lock_times_.clear();
}

void PostgresTrace::before(Database& database) {
  // Nothing of drydock's stands before a part's first statement: it may be one that must be the first.
  if (detail_ == Detail::report && !statements_.empty()) wal_ = wal_position(database);
}

const KeptTable* PostgresTrace::kept(Oid oid) const {
  for (const KeptTable& each : *kept_) {
    if (each.before.oid == oid) return &each;
  }
  return nullptr;
}

void PostgresTrace::follow_savepoint(const Statement& statement) {
  const std::string name = savepoint_name(statement.text);
  if (statement.traits.tag == "SAVEPOINT") {
    savepoints_.push_back({name, evidence_, lines_});
    return;
  }
  while (!savepoints_.empty() && savepoints_.back().name != name) savepoints_.pop_back();
  if (savepoints_.empty()) return;
  if (statement.traits.tag == "RELEASE") {
    savepoints_.pop_back();
    return;
  }
  evidence_ = savepoints_.back().evidence;
  lines_ = savepoints_.back().lines;
}

void PostgresTrace::after(Database& database, const StatementRun& run) {
  const Statement& statement = *run.statement;
  ObservedStatement observed{
      .line = statement.line, .seconds = run.seconds, .rows = run.rows, .locks = {}, .rewrote = {}};
  if (detail_ == Detail::report) {
    const std::int64_t now = wal_position(database);
    observed.wal_bytes = statements_.empty() ? 0 : now - wal_;
  }
  const std::map<Oid, TouchedRelation> now = PostgresInventory::touched(database.query(PostgresInventory::probe()));
  for (const auto& [oid, relation] : now) {
    if (!inventory_->find(oid)) continue;  // the part's own: its name may be made of a value
    if (!relation.exists) {
      note_gone(statement, oid);
    } else {
      note(database, statement, relation, observed);
    }
    const auto before = last_.find(oid);
    if (before == last_.end() || before->second.mode != relation.mode) {
      observed.locks.push_back({.object = inventory_->find(oid)->text(), .mode = relation.mode});
    }
  }
  last_ = now;
  if (statement.traits.control == TransactionControl::savepoint) follow_savepoint(statement);
  lock_times_.emplace_back(observed.locks.size(), std::chrono::steady_clock::now());
  statements_.push_back(std::move(observed));
}

void PostgresTrace::note_gone(const Statement& statement, Oid oid) { first(lines_[oid].gone, statement.line); }

void PostgresTrace::note(Database& database, const Statement& statement, const TouchedRelation& relation,
                         ObservedStatement& observed) {
  const RelationState& start = *inventory_->find(relation.oid);
  const auto seen = last_.find(relation.oid);
  const bool seen_before = seen != last_.end() && seen->second.exists;
  TableEvidence& evidence = evidence_[relation.oid];
  TableLines& lines = lines_[relation.oid];
  const RowCounters before = counters_[relation.oid];
  counters_[relation.oid] = {relation.inserted, relation.deleted, relation.updated};
  if (relation.deleted > before.deleted) first(lines.deleted, statement.line);
  if (relation.updated > before.updated) first(lines.updated, statement.line);
  const std::vector<ColumnState>& columns_before =
      seen_before && seen->second.columns_read ? seen->second.state.columns : start.columns;
  bool columns_changed = false;
  if (relation.columns_read) {
    columns_changed = relation.state.columns.size() != columns_before.size();
    for (const ColumnState& column : columns_before) {
      const ColumnState* now = relation.state.column(column.number);
      const bool same = now && now->type == column.type && now->modifier == column.modifier;
      if (!same) first(lines.columns[column.number], statement.line);
      columns_changed = columns_changed || !same;
    }
  }
  const std::int64_t file_before = seen_before ? seen->second.state.file : start.file;
  const bool rewritten = relation.state.file != file_before;
  if (rewritten) {
    observed.rewrote.push_back(start.text());
    first(lines.rewritten, statement.line);
  }
  // TRUNCATE gives a table a new file, and so does a rewrite by ALTER TABLE or CLUSTER. In code that the text does not
  // show, a new file under unchanged columns is taken for a TRUNCATE.
  const bool truncated = rewritten && (statement.traits.truncates || (!statement.traits.rewrites && !columns_changed));
  const bool counters_fell = relation.deleted < before.deleted || relation.updated < before.updated;
  if (truncated || counters_fell) {
    evidence.truncated = true;
    first(lines.truncated, statement.line);
  }
  note_emptied(database, statement, relation, before);
}

void PostgresTrace::note_emptied(Database& database, const Statement& statement, const TouchedRelation& relation,
                                 const RowCounters& before) {
  TableEvidence& evidence = evidence_[relation.oid];
  const KeptTable* table = kept(relation.oid);
  if (!table || evidence.truncated || evidence.emptied) return;
  const std::int64_t deleted = relation.deleted - before.deleted;
  if (deleted > 0) {
    // As many rows as were there, and others since: one statement, or code that the text does not show, emptied and
    // filled it.
    const std::int64_t were_there =
        table->all_rows + (before.inserted - table->at_start.inserted) - (before.deleted - table->at_start.deleted);
    evidence.emptied = deleted >= were_there || is_empty(database, relation);
  } else if (statement.traits.truncates && is_empty(database, relation)) {
    evidence.truncated = true;
    first(lines_[relation.oid].truncated, statement.line);
  }
}

std::vector<ObservedStatement> PostgresTrace::statements() {
  const auto now = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < statements_.size(); ++i) {
    for (std::size_t j = 0; j < statements_[i].locks.size(); ++j) {
      statements_[i].locks[j].held_seconds = std::chrono::duration<double>(now - lock_times_[i][j]).count();
    }
  }
  return statements_;
}

TableEvidence PostgresTrace::evidence(Oid oid) const {
  const auto found = evidence_.find(oid);
  return found == evidence_.end() ? TableEvidence{} : found->second;
}

const TableLines& PostgresTrace::lines(Oid oid) const {
  static const TableLines none;
  const auto found = lines_.find(oid);
  return found == lines_.end() ? none : found->second;
}

int line_of(const TableLoss& loss, const TableLines& lines) {
  const auto any = [&lines](std::initializer_list<int> candidates) {
    for (const int line : candidates) {
      if (line > 0) return line;
    }
    return 0;
  };
  if (loss.column) {
    const auto column = lines.columns.find(loss.column->number);
    const int changed = column == lines.columns.end() ? 0 : column->second;
    if (loss.kind == LossKind::values_erased) return any({lines.updated, lines.gone, lines.rewritten});
    return any({changed, lines.gone, lines.updated, lines.rewritten});
  }
  switch (loss.kind) {
    case LossKind::table_truncated:
      return any({lines.truncated, lines.rewritten, lines.deleted});
    case LossKind::rows_deleted:
      return any({lines.deleted, lines.updated});
    default:
      return any({lines.gone, lines.truncated, lines.deleted});
  }
}

}  // namespace drydock
