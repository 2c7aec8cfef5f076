// The part's course: what is done before and after each statement and at the end. What the hook does is in
// sqlite_row_events.cc.
#define SQLITE_ENABLE_PREUPDATE_HOOK 1
#include "rehearsal/observe/sqlite_loss_watcher.h"

#include <sqlite3.h>

#include <algorithm>

#include "rehearsal/observe/sqlite_kept_rows.h"
#include "runner/sql/mentions.h"

namespace drydock {
namespace {

bool names_drydock(const Statement& statement) { return mentions(statement.text, "drydock_"); }

std::int64_t integer_pragma(sqlite3* handle, const char* pragma) {
  SqliteQuery query(handle, pragma);
  return query.step() ? query.integer(0) : 0;
}

// From the schema in memory: a look into sqlite_schema reads all of it.
bool is_table(sqlite3* handle, const std::string& name) {
  return sqlite3_table_column_metadata(handle, "main", name.c_str(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                       nullptr) == SQLITE_OK;
}

std::optional<std::int64_t> schema_row_of(sqlite3* handle, const std::string& table) {
  SqliteQuery query(handle,
                    "SELECT rowid FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type = 'table' LIMIT 1");
  if (!query.bind_text(1, table).step()) return std::nullopt;
  return query.integer(0);
}

std::string name_in_schema_row(sqlite3* handle, std::int64_t row) {
  SqliteQuery query(handle, "SELECT name FROM main.sqlite_schema WHERE rowid = ?1");
  return query.bind_integer(1, row).step() ? query.text(0) : "";
}

}  // namespace

std::unique_ptr<LossWatcher> watch_sqlite_losses(SqliteDatabase& database, LossWatcher::Options options) {
  return std::make_unique<SqliteLossWatcher>(database, std::move(options));
}

SqliteLossWatcher::SqliteLossWatcher(SqliteDatabase& database, Options options)
    : database_(database), handle_(database.handle()), options_(std::move(options)), recorder_(handle_) {
  using Hook = void (*)(void*, sqlite3*, int, const char*, const char*, sqlite3_int64, sqlite3_int64);
  const Hook hook = [](void* self, sqlite3* handle, int operation, const char* schema, const char* table,
                       sqlite3_int64 from,
                       sqlite3_int64 to) { changed(self, handle, operation, schema, table, from, to); };
  sqlite3_preupdate_hook(handle_, hook, this);
}

SqliteLossWatcher::~SqliteLossWatcher() { sqlite3_preupdate_hook(handle_, nullptr, nullptr); }

// ---- the part

void SqliteLossWatcher::part_begins(Database&, const Step& step, const Part& part) {
  ++part_;
  in_part_ = true;
  part_number_ = part.number;
  file_ = step.migration.source.file;
  migration_id_ = step.migration.id();
  if (observed_.empty() || observed_.back().id != migration_id_) {
    ObservedMigration& migration = observed_.emplace_back();
    migration.id = migration_id_;
    migration.name = step.migration.source.name;
    migration.file = step.migration.source.file;
    migration.checksum = step.migration.checksum.text;
  }
  losses_at_begin_ = observed_.back().losses.size();
  statements_at_begin_ = observed_.back().statements.size();
  if (!options_.on_shadow) notice_other_writers();
  if (!remembers_plan_) tables_ = {{}, {}, tables_.next_id};
  learn_whether_rows_count();
  if (!counts_) return;
  tables_at_begin_ = tables_;
  if (scratch_) scratch_->execute("BEGIN");
}

// data_version changes with every commit of another connection, and with none of our own.
void SqliteLossWatcher::notice_other_writers() {
  const std::int64_t version = integer_pragma(handle_, "PRAGMA main.data_version");
  if (!first_data_version_) first_data_version_ = version;
  if (version != *first_data_version_) remembers_plan_ = false;
}

// Where the plan is remembered once: rows that the plan puts in never count. Otherwise again where something may have
// been put in.
void SqliteLossWatcher::learn_whether_rows_count() {
  if (known_ && (remembers_plan_ || counts_)) return;
  const std::int64_t version = integer_pragma(handle_, "PRAGMA main.data_version");
  if (known_ && !dirty_ && version == data_version_) return;
  data_version_ = version;
  counts_ = any_row();
  known_ = true;
  dirty_ = false;
}

bool SqliteLossWatcher::any_row() const {
  SqliteQuery tables(handle_, "SELECT name FROM main.sqlite_schema WHERE type = 'table'");
  while (tables.step()) {
    const std::string name = tables.text(0);
    if (has_prefix(folded_name(name), "sqlite_") || has_prefix(folded_name(name), "drydock_")) continue;
    if (holds_a_row(handle_, name)) return true;
  }
  return false;
}

SqliteLossWatcher::Decision SqliteLossWatcher::before_commit(Database&, const Step& step, const Part& part,
                                                             const Rows&) {
  const std::vector<Loss> losses = find_losses();
  std::vector<Loss>& all = observed_.back().losses;
  all.insert(all.end(), losses.begin(), losses.end());
  if (options_.judge) options_.judge(step, part, losses);
  return Decision::proceed;
}

std::vector<Loss> SqliteLossWatcher::find_losses() {
  std::vector<Loss> out;
  if (!counts_) return out;
  std::vector<int> ids;
  for (const auto& [id, table] : tables_.tables) {
    if (table.part == part_ && !table.made) ids.push_back(id);
  }
  for (const int id : ids) {
    FollowedTable& table = tables_.tables.at(id);
    if (hook_failed_) table.escaped = "what the migration did to its rows could not be recorded";
    if (table.kept || !table.escaped.empty()) {
      TouchedTable& touched = touched_.emplace_back();
      touched.id = migration_id_;
      touched.part = part_number_;
      touched.table = table.before.name;
    }
    if (!table.kept && !table.has_journal && table.escaped.empty()) continue;
    const std::vector<Loss> losses = losses_of_table(scratch(), handle_, tables_, table, scope());
    out.insert(out.end(), losses.begin(), losses.end());
  }
  return out;
}

void SqliteLossWatcher::part_done(Database&, const Step&, const Part& part) {
  if (part.mode == Part::Mode::alone) {
    const std::vector<Loss> losses = find_losses();
    std::vector<Loss>& all = observed_.back().losses;
    all.insert(all.end(), losses.begin(), losses.end());
  }
  end_part();
  std::erase_if(tables_.tables, [](const auto& entry) { return entry.second.gone; });
  if (!scratch_) return;
  drop_part_tables();
  scratch_->execute("COMMIT");
}

void SqliteLossWatcher::part_abandoned(Database&, const Step&, const Part&) {
  end_part();
  if (scratch_) scratch_->try_execute("ROLLBACK");
  if (counts_) tables_ = std::move(tables_at_begin_);
  if (observed_.empty()) return;
  observed_.back().losses.resize(losses_at_begin_);
  observed_.back().statements.resize(statements_at_begin_);
}

void SqliteLossWatcher::end_part() {
  if (recorder_.recording()) recorder_.stop();
  in_part_ = false;
  hook_failed_ = false;
  hooked_ = nullptr;
  hooked_name_.clear();
  unknown_.clear();
  savepoints_.clear();
  journals_.clear();
}

void SqliteLossWatcher::drop_part_tables() {
  std::vector<std::string> names;
  SqliteQuery tables = scratch_->query("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'line%'");
  while (tables.step()) names.push_back(tables.text(0));
  for (const std::string& name : names) scratch_->execute("DROP TABLE " + name);
}

// In the state of the part: a transaction, and in it the savepoints that the migration has set so far.
const SqliteScratch& SqliteLossWatcher::scratch() {
  if (scratch_) return *scratch_;
  scratch_ = std::make_unique<SqliteScratch>();
  scratch_->execute("BEGIN");
  for (std::size_t i = 0; i < savepoints_.size(); ++i) scratch_->execute("SAVEPOINT s" + std::to_string(i));
  return *scratch_;
}

Refused SqliteLossWatcher::refusal(const std::string& why) const {
  return Refused(file_ + ":" + std::to_string(line_) + ": " + why + ".");
}

// ---- the statement, beforehand

void SqliteLossWatcher::before(Database&, const Statement& statement) {
  line_ = statement.line;
  hooked_ = nullptr;
  hooked_name_.clear();
  dropping_.clear();
  creating_.clear();
  altering_.clear();
  written_.clear();
  vacuums_ = statement.traits.tag == "VACUUM";
  const auto allow = vacuums_ ? EffectRecorder::Allow::vacuum : EffectRecorder::Allow::nothing_attached;
  if (worth_compiling(statement)) {
    const SqliteEffects effects = recorder_.compile(statement.text, allow);
    if (!effects.refusal.empty()) throw refusal("the statement was not run: " + effects.refusal);
    if (counts_ || names_drydock(statement)) prepare_for(effects, statement);
  }
  recorder_.start(allow);
}

// Where nothing counts only what is refused matters, and what this overlooks is denied when it runs.
bool SqliteLossWatcher::worth_compiling(const Statement& statement) const {
  const std::string& tag = statement.traits.tag;
  if (counts_ || tag.empty() || tag == "ATTACH" || tag == "PRAGMA") return true;
  return names_drydock(statement);
}

void SqliteLossWatcher::prepare_for(const SqliteEffects& effects, const Statement& statement) {
  for (const std::string& name : effects.created) {
    if (!is_table(handle_, name)) creating_.push_back(name);
  }
  for (const SqliteEffects::Effect& effect : effects.effects) {
    FollowedTable* table = tables_.follow(handle_, effect.table, part_);
    if (table) prepare_for(effect, *table, statement);
  }
}

void SqliteLossWatcher::prepare_for(const SqliteEffects::Effect& effect, FollowedTable& table,
                                    const Statement& statement) {
  using Action = SqliteEffects::Action;
  const bool by_itself = folded_name(effect.table) == folded_name(table.now.name);  // else it is a shadow of it
  if (effect.action == Action::drop && by_itself) {
    dropping_.push_back(table.now.name);
    table.drop_line = line_;
  }
  if (effect.action == Action::alter || effect.action == Action::drop_column) {
    const auto row = schema_row_of(handle_, table.now.name);
    if (row && by_itself) altering_.push_back({table.id, *row});
  }
  if (table.made) return;
  if (effect.action == Action::erase) table.explicit_delete = true;
  const bool is_virtual = table.now.kind == SqliteStructure::Kind::virtual_table;
  if (is_virtual && effect.action != Action::alter) {
    written_.insert(table.id);
    if (!table.delete_line) table.delete_line = table.update_line = line_;
  }
  if (effect.action == Action::alter) return;
  if (effect.action == Action::insert && !is_virtual && !may_replace(effect, table, statement)) return;
  keep(table);
}

// Only a REPLACE of the statement, the table's or a trigger's makes an INSERT remove a row.
bool SqliteLossWatcher::may_replace(const SqliteEffects::Effect& effect, const FollowedTable& table,
                                    const Statement& statement) const {
  if (table.may_replace || mentions(statement.text, "replace")) return true;
  if (effect.trigger.empty()) return false;
  SqliteQuery triggers(
      handle_,
      "SELECT 1 FROM (SELECT type, name, sql FROM main.sqlite_schema UNION ALL SELECT type, name, sql "
      "FROM sqlite_temp_schema) WHERE type = 'trigger' AND name = ?1 COLLATE NOCASE AND instr(lower(sql), 'replace')");
  return triggers.bind_text(1, effect.trigger).step();
}

void SqliteLossWatcher::keep(FollowedTable& table) {
  if (table.kept || !table.escaped.empty()) return;
  const auto start = std::chrono::steady_clock::now();
  const bool any_time = options_.keep_timeout.count() == 0 || announced(table);
  const auto tick = [&] {
    if (any_time || std::chrono::steady_clock::now() - start <= options_.keep_timeout) return;
    throw refusal("what the table " + table.before.name +
                  " holds could not be kept, and so not be judged, within guard_timeout. Rehearse the migration, or "
                  "raise guard_timeout");
  };
  try {
    keep_rows(scratch(), handle_, table, tick);
  } catch (const SqliteQueryError& error) {
    table.escaped = std::string("its rows could not be read beforehand: ") + error.what();
  }
}

bool SqliteLossWatcher::announced(const FollowedTable& table) const {
  return std::any_of(options_.announced.begin(), options_.announced.end(), [&](const TouchedTable& touched) {
    return touched.id == migration_id_ && touched.table == table.before.name;
  });
}

// ---- the statement, afterwards

SqliteLossWatcher::Decision SqliteLossWatcher::after(Database&, const StatementRun& run) {
  const SqliteEffects effects = recorder_.stop();
  const bool inserts = std::any_of(effects.effects.begin(), effects.effects.end(),
                                   [](const auto& effect) { return effect.action == SqliteEffects::Action::insert; });
  dirty_ = dirty_ || inserts || (effects.selects && !effects.created.empty());
  if (options_.on_shadow) {
    ObservedStatement seen;
    seen.line = line_;
    seen.seconds = run.seconds;
    seen.rows = run.rows;
    observed_.back().statements.push_back(std::move(seen));
  }
  follow_structure();
  if (!counts_) return Decision::proceed;
  check_virtual_tables();
  check_unknown_writes();
  for (const auto& [operation, name] : effects.savepoints) follow_savepoint(operation, name);
  for (auto& [id, table] : tables_.tables) table.explicit_delete = false;
  if (vacuums_) forget_rowids();
  return Decision::proceed;
}

void SqliteLossWatcher::follow_structure() {
  for (const std::string& name : dropping_) tables_.dropped(name);
  for (const std::string& name : creating_) tables_.created(name);
  for (const Alteration& alteration : altering_) {
    FollowedTable& table = tables_.tables.at(alteration.table);
    const std::string name = name_in_schema_row(handle_, alteration.schema_row);
    if (has_prefix(folded_name(name), "drydock_"))
      throw refusal("names that begin with drydock_ are drydock's own. Choose another name");
    if (name != table.now.name) tables_.renamed(table, name);
    if (table.made) continue;
    std::optional<SqliteStructure> after = read_structure(handle_, name);
    if (after) table.altered(std::move(*after), line_);
  }
}

void SqliteLossWatcher::check_virtual_tables() {
  for (const int id : written_) {
    const auto at = tables_.tables.find(id);
    if (at == tables_.tables.end() || at->second.gone || at->second.emptied) continue;
    at->second.emptied = !holds_a_row(handle_, at->second.now.name);
  }
}

// A full-text table writes to its shadows by itself; anything else that nobody announced could not be judged.
void SqliteLossWatcher::check_unknown_writes() {
  for (const std::string& name : unknown_) {
    FollowedTable* table = tables_.follow(handle_, name, part_);
    if (!table || table->made || table->kept) continue;
    table->escaped = "a statement wrote to it unannounced";
  }
  unknown_.clear();
}

void SqliteLossWatcher::follow_savepoint(const std::string& operation, const std::string& name) {
  const std::string folded = folded_name(name);
  const auto is_it = [&](const Savepoint& savepoint) { return savepoint.name == folded; };
  if (operation == "BEGIN") {
    if (scratch_) scratch_->execute("SAVEPOINT s" + std::to_string(savepoints_.size()));
    savepoints_.push_back({folded, tables_});
    return;
  }
  const auto found = std::find_if(savepoints_.rbegin(), savepoints_.rend(), is_it);
  if (found == savepoints_.rend()) return;
  const auto index = static_cast<std::size_t>(savepoints_.rend() - found) - 1;
  journals_.clear();
  if (operation == "ROLLBACK") {
    if (scratch_) scratch_->execute("ROLLBACK TO s" + std::to_string(index));
    const int next_id = tables_.next_id;
    tables_ = savepoints_[index].tables;
    tables_.next_id = next_id;
    savepoints_.resize(index + 1);
  } else {
    if (scratch_) scratch_->execute("RELEASE s" + std::to_string(index));
    savepoints_.resize(index);
  }
}

// VACUUM numbers rows anew: what is known by rowid is forgotten, and then counts.
void SqliteLossWatcher::forget_rowids() {
  for (auto& [id, table] : tables_.tables)
    if (!keeps_its_addresses(handle_, table.now)) table.has_lineage = false;
}

}  // namespace drydock
