#include "rehearsal/observe/sqlite_two_states.h"

#include <algorithm>
#include <optional>

#include "rehearsal/observe/sqlite_kept_rows.h"
#include "rehearsal/observe/sqlite_table_losses.h"

namespace drydock {

namespace {

constexpr int only_part = 1;
// drydock_* are drydock's own names: what reads a schema leaves them out.
const std::string counters = "drydock_counts", trigger_prefix = "drydock_count_";

std::string trigger_name(int table, const char* what) { return trigger_prefix + std::to_string(table) + "_" + what; }

bool is_users(const std::string& name) {
  return !has_prefix(folded_name(name), "sqlite_") && !has_prefix(folded_name(name), "drydock_");
}

std::int64_t rows_in(sqlite3* handle, const std::string& table) {
  SqliteQuery count(handle, "SELECT count(*) FROM main." + quoted_name(table));
  count.step();
  return count.integer(0);
}

// A column is known again by its name. One that took the place of another, or has a name of its own there, may be it
// renamed: then what it holds tells (SqliteColumn::id of the structure afterwards; stand_ins).
void match_columns(FollowedTable& table, SqliteStructure now) {
  std::set<int> taken;
  for (SqliteColumn& column : now.columns) {
    const auto& before = table.before.columns;
    const auto same = std::find_if(before.begin(), before.end(), [&](const SqliteColumn& each) {
      return folded_name(each.name) == folded_name(column.name);
    });
    column.id = same == before.end() ? table.next_column_id++ : same->id;
    column.counts = same != before.end();
    taken.insert(column.id);
  }
  // In place: RENAME COLUMN leaves a column where it is.
  const std::size_t both = std::min(now.columns.size(), table.before.columns.size());
  for (std::size_t i = 0; i < both; ++i) {
    const SqliteColumn& before = table.before.columns[i];
    if (!taken.contains(before.id) && !now.columns[i].counts) table.stand_ins[before.id] = static_cast<int>(i);
  }
  table.now = std::move(now);
}

}  // namespace

SqliteTwoStates::SqliteTwoStates(SqliteDatabase& shadow) : database_(shadow), handle_(shadow.handle()) {
  std::vector<std::string> names;
  SqliteQuery tables(handle_, "SELECT name FROM main.sqlite_schema WHERE type = 'table' ORDER BY name");
  while (tables.step()) names.push_back(tables.text(0));
  SqliteQuery(handle_, "CREATE TABLE " + counters +
                           "(id INTEGER PRIMARY KEY, inserted INTEGER DEFAULT 0, deleted INTEGER DEFAULT 0)")
      .run();
  scratch_.execute("BEGIN");
  for (const std::string& name : names) {
    if (is_users(name)) keep(name);
  }
  data_version_ = data_version();
}

void SqliteTwoStates::keep(const std::string& name) {
  FollowedTable* table = tables_.follow(handle_, name, only_part);
  if (table == nullptr || table->made || table->kept) return;
  try {
    keep_rows(scratch_, handle_, *table, [] {});
    if (table->now.kind == SqliteStructure::Kind::ordinary) count(*table);
  } catch (const SqliteQueryError& error) {
    table->escaped = std::string("its rows could not be read beforehand: ") + error.what();
  }
}

void SqliteTwoStates::count(const FollowedTable& table) {
  const std::string id = std::to_string(table.id);
  SqliteQuery(handle_, "INSERT INTO " + counters + "(id) VALUES (" + id + ")").run();
  const auto on = [&](const char* what, const std::string& column) {
    SqliteQuery(handle_, "CREATE TRIGGER " + trigger_name(table.id, what) + " AFTER " + what + " ON " +
                             quoted_name(table.now.name) + " BEGIN UPDATE " + counters + " SET " + column + " = " +
                             column + " + 1 WHERE id = " + id + "; END")
        .run();
  };
  on("INSERT", "inserted");
  on("DELETE", "deleted");
  counted_.insert(table.id);
}

// Changes with every commit of another connection, and with none of our own.
std::int64_t SqliteTwoStates::data_version() {
  SqliteQuery version(handle_, "PRAGMA main.data_version");
  version.step();
  return version.integer(0);
}

bool SqliteTwoStates::wrote() { return data_version() != data_version_; }

std::map<int, SqliteTwoStates::Counts> SqliteTwoStates::counts() {
  std::map<int, Counts> result;
  try {
    SqliteQuery rows(handle_, "SELECT id, inserted, deleted FROM main." + counters);
    while (rows.step()) result[static_cast<int>(rows.integer(0))] = {rows.integer(1), rows.integer(2)};
  } catch (const SqliteQueryError&) {
    return {};  // taken away: then nothing is known of how many rows went
  }
  return result;
}

std::map<int, std::string> SqliteTwoStates::names_now() {
  std::map<int, std::string> names;
  for (const int id : counted_) {
    SqliteQuery trigger(handle_, "SELECT tbl_name FROM main.sqlite_schema WHERE type = 'trigger' AND name IN (?1, ?2)");
    trigger.bind_text(1, trigger_name(id, "INSERT")).bind_text(2, trigger_name(id, "DELETE"));
    int found = 0;
    while (trigger.step()) {
      ++found;
      names[id] = trigger.text(0);
    }
    if (found != 2) names.erase(id);
  }
  return names;
}

void SqliteTwoStates::find_again(FollowedTable& table, const std::map<int, std::string>& names,
                                 const std::map<int, Counts>& counts) {
  const bool is_virtual = table.before.kind == SqliteStructure::Kind::virtual_table;
  const auto name = names.find(table.id);
  const bool known = is_virtual || name != names.end();
  std::optional<SqliteStructure> now =
      known ? read_structure(handle_, is_virtual ? table.before.name : name->second) : std::nullopt;
  table.emptied = true;  // the stricter reading: a key alone is not enough
  if (!now || now->kind != table.before.kind) {
    table.gone = true;
    return;
  }
  match_columns(table, std::move(*now));
  const auto counted = counts.find(table.id);
  if (is_virtual || counted == counts.end()) {
    table.most_that_went = table.held_rows;
    return;
  }
  table.emptied = counted->second.deleted >= table.held_rows;
  table.most_that_went =
      std::max<std::int64_t>(0, table.held_rows + counted->second.inserted - rows_in(handle_, table.now.name));
}

std::vector<Loss> SqliteTwoStates::losses() {
  const std::map<int, std::string> names = names_now();
  const std::map<int, Counts> counted = counts();
  std::vector<Loss> losses;
  std::vector<int> ids;
  for (const auto& [id, table] : tables_.tables) ids.push_back(id);
  for (const int id : ids) {
    FollowedTable& table = tables_.tables.at(id);
    if (table.made) continue;
    if (table.escaped.empty()) find_again(table, names, counted);
    const std::vector<Loss> found = losses_of_table(scratch_, handle_, tables_, table, LossScope::part);
    losses.insert(losses.end(), found.begin(), found.end());
  }
  return losses;
}

}  // namespace drydock
