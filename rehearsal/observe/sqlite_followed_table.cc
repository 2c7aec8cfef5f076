#include "rehearsal/observe/sqlite_followed_table.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>

#include "rehearsal/observe/sqlite_query.h"
#include "runner/sql/lexer.h"

namespace drydock {
namespace {

enum Hidden { visible = 0, hidden = 1, virtual_generated = 2 };

// The tables behind full-text and R-tree tables, as their modules name them (xShadowName of each). Any other table
// beside a virtual one is somebody's own, whatever it is called.
struct Module {
  std::string_view name;
  std::array<std::string_view, 5> shadows;
};
constexpr std::array modules = {
    Module{"fts5", {"data", "idx", "content", "docsize", "config"}},
    Module{"fts4", {"content", "segments", "segdir", "docsize", "stat"}},
    Module{"fts3", {"content", "segments", "segdir", "docsize", "stat"}},
    Module{"rtree", {"node", "rowid", "parent"}},
    Module{"rtree_i32", {"node", "rowid", "parent"}},
    Module{"geopoly", {"node", "rowid", "parent"}},
};

struct SchemaEntry {
  std::string name;
  SqliteStructure::Kind kind;
  bool says_replace = false;
};

// From sqlite_schema: PRAGMA table_list fails on all tables where one view is broken, as views are in mid-migration.
// It has no index, so it is read once, and no further than to the entry: the name is compared before the type.
std::optional<SchemaEntry> schema_entry(sqlite3* handle, const std::string& name) {
  SqliteQuery entry(handle,
                    "SELECT name, type = 'view', coalesce(rootpage, 0) = 0, instr(lower(sql), 'replace') "
                    "FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type IN ('table', 'view') LIMIT 1");
  if (!entry.bind_text(1, name).step()) return std::nullopt;
  using Kind = SqliteStructure::Kind;
  const Kind kind = entry.integer(1) ? Kind::view : entry.integer(2) ? Kind::virtual_table : Kind::ordinary;
  return SchemaEntry{entry.text(0), kind, entry.integer(3) != 0};
}

// The statement that made the table.
std::string sql_of(sqlite3* handle, const std::string& table) {
  SqliteQuery entry(handle,
                    "SELECT sql FROM main.sqlite_schema WHERE name = ?1 COLLATE NOCASE AND type = 'table' LIMIT 1");
  return entry.bind_text(1, table).step() ? entry.text(0) : "";
}

// "fts5": what stands behind USING in the statement that made the virtual table, in lower case.
std::string module_of(sqlite3* handle, const std::string& virtual_table) {
  const std::string sql = sql_of(handle, virtual_table);
  const std::vector<Token> tokens = tokenize(sql, Dialect::sqlite);
  const auto is_using = [](const Token& token) {
    return token.kind == Token::Kind::word && folded_name(token.text) == "using";
  };
  const auto found = std::find_if(tokens.begin(), tokens.end(), is_using);
  const auto is_name = [](const Token& token) {
    return token.kind != Token::Kind::line_comment && token.kind != Token::Kind::block_comment;
  };
  const auto module = found == tokens.end() ? found : std::find_if(std::next(found), tokens.end(), is_name);
  if (module == tokens.end()) return "";
  std::string name = folded_name(module->text);
  if (module->kind != Token::Kind::word && name.size() > 2) name = name.substr(1, name.size() - 2);
  return name;
}

// The virtual table whose shadow a table is; empty where it is none.
std::string owner_of(sqlite3* handle, const std::string& table) {
  const std::size_t at = table.rfind('_');
  if (at == std::string::npos || at == 0) return "";
  const std::string ending = folded_name(table.substr(at + 1));
  const auto makes = [&](const Module& module) {
    return !ending.empty() && std::find(module.shadows.begin(), module.shadows.end(), ending) != module.shadows.end();
  };
  if (std::none_of(modules.begin(), modules.end(), makes)) return "";
  const auto owner = schema_entry(handle, table.substr(0, at));
  if (!owner || owner->kind != SqliteStructure::Kind::virtual_table) return "";
  const std::string module_name = module_of(handle, owner->name);
  const auto is_its = [&](const Module& module) { return module.name == module_name && makes(module); };
  return std::any_of(modules.begin(), modules.end(), is_its) ? owner->name : "";
}

// A WITHOUT ROWID table is the index of its primary key.
bool is_without_rowid(sqlite3* handle, const std::string& table) {
  return SqliteQuery(handle, "PRAGMA main.index_info(" + quoted_name(table) + ")").step();
}

// Its options stand behind the last parenthesis of the statement that made it.
bool is_strict(sqlite3* handle, const std::string& table) {
  const std::string sql = sql_of(handle, table);
  const std::vector<Token> tokens = tokenize(sql, Dialect::sqlite);
  for (auto token = tokens.rbegin(); token != tokens.rend() && token->text != ")"; ++token)
    if (token->kind == Token::Kind::word && folded_name(token->text) == "strict") return true;
  return false;
}

std::string collation_of(sqlite3* handle, const std::string& table, const std::string& column) {
  const char* collation = nullptr;
  sqlite3_table_column_metadata(handle, "main", table.c_str(), column.c_str(), nullptr, &collation, nullptr, nullptr,
                                nullptr);
  return collation ? collation : "";
}

void read_columns(sqlite3* handle, SqliteStructure& table) {
  SqliteQuery info(handle, "PRAGMA main.table_xinfo(" + quoted_name(table.name) + ")");
  while (info.step()) {
    const std::int64_t hiding = info.integer(6);
    if (hiding == hidden) continue;
    SqliteColumn column;
    column.id = static_cast<int>(table.columns.size());
    column.name = info.text(1);
    column.type = info.text(2);
    column.key_position = static_cast<int>(info.integer(5));
    column.generated = hiding != visible;
    column.stored = hiding != virtual_generated;
    table.columns.push_back(std::move(column));
  }
  for (SqliteColumn& column : table.columns) {
    if (column.key_position) column.collation = collation_of(handle, table.name, column.name);
  }
}

std::string readable_rowid(const SqliteStructure& table) {
  for (const char* name : {"rowid", "_rowid_", "oid"}) {
    const auto hides = [&](const SqliteColumn& column) { return folded_name(column.name) == name; };
    if (std::none_of(table.columns.begin(), table.columns.end(), hides)) return name;
  }
  return "";
}

}  // namespace

std::vector<std::size_t> SqliteStructure::key() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].key_position) out.push_back(i);
  }
  std::sort(out.begin(), out.end(),
            [&](std::size_t a, std::size_t b) { return columns[a].key_position < columns[b].key_position; });
  return out;
}

bool has_prefix(std::string_view folded, std::string_view prefix) { return folded.substr(0, prefix.size()) == prefix; }

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

std::optional<SqliteStructure> read_structure(sqlite3* handle, const std::string& name) {
  const std::optional<SchemaEntry> entry = schema_entry(handle, name);
  if (!entry) return std::nullopt;
  SqliteStructure table;
  table.name = entry->name;
  table.kind = entry->kind;
  table.says_replace = entry->says_replace;
  if (table.kind == SqliteStructure::Kind::view) return table;
  if (!owner_of(handle, table.name).empty()) table.kind = SqliteStructure::Kind::shadow;
  read_columns(handle, table);
  table.without_rowid = table.kind == SqliteStructure::Kind::ordinary && is_without_rowid(handle, table.name);
  if (!table.without_rowid) table.rowid = readable_rowid(table);
  const auto is_any = [](const SqliteColumn& column) { return folded_name(column.type) == "any"; };
  table.strict = std::any_of(table.columns.begin(), table.columns.end(), is_any) && is_strict(handle, table.name);
  return table;
}

bool keeps_its_addresses(sqlite3* handle, const SqliteStructure& table) {
  if (table.without_rowid) return true;
  if (table.key().empty()) return false;
  // A key that is the rowid under another name needs no index.
  SqliteQuery index(handle, "SELECT 1 FROM pragma_index_list(?1, 'main') WHERE origin = 'pk'");
  return !index.bind_text(1, table.name).step();
}

bool holds_a_row(sqlite3* handle, const std::string& table) {
  try {
    return SqliteQuery(handle, "SELECT 1 FROM main." + quoted_name(table) + " LIMIT 1").step();
  } catch (const SqliteQueryError&) {
    return true;
  }
}

const SqliteColumn* FollowedTable::column_now(int column_id) const {
  for (const SqliteColumn& column : now.columns) {
    if (column.id == column_id) return &column;
  }
  return nullptr;
}

void FollowedTable::open(int part_number) {
  part = part_number;
  before = now;
  kept = has_journal = emptied = explicit_delete = false;
  escaped.clear();
  held_rows = net = least_net = 0;
  held_values.clear();
  drop_line = delete_line = update_line = 0;
  column_drop_line.clear();
}

void FollowedTable::altered(SqliteStructure after, int line) {
  std::vector<SqliteColumn> old = now.columns;
  if (after.columns.size() + 1 == old.size()) {
    std::size_t dropped = 0;
    while (dropped < after.columns.size() && old[dropped].name == after.columns[dropped].name) ++dropped;
    column_drop_line[old[dropped].id] = line;
    old.erase(old.begin() + static_cast<std::ptrdiff_t>(dropped));
  }
  for (std::size_t i = 0; i < after.columns.size(); ++i) {
    after.columns[i].id = i < old.size() ? old[i].id : next_column_id++;
    after.columns[i].counts = i < old.size() && old[i].counts;
  }
  now = std::move(after);
}

FollowedTable* FollowedTables::find(const std::string& name) {
  const auto at = by_name.find(folded_name(name));
  return at == by_name.end() ? nullptr : &tables.at(at->second);
}

FollowedTable* FollowedTables::follow(sqlite3* handle, const std::string& name, int part) {
  if (FollowedTable* known = find(name)) {
    if (known->part != part) known->open(part);
    return known;
  }
  std::optional<SqliteStructure> structure = read_structure(handle, name);
  if (!structure || structure->kind == SqliteStructure::Kind::view) return nullptr;
  if (structure->kind == SqliteStructure::Kind::shadow) {
    return follow(handle, owner_of(handle, structure->name), part);
  }
  FollowedTable table;
  table.id = next_id++;
  table.now = std::move(*structure);
  table.next_column_id = static_cast<int>(table.now.columns.size());
  table.made = !holds_a_row(handle, table.now.name);
  table.may_replace = table.now.says_replace;
  table.open(part);
  by_name[folded_name(name)] = table.id;
  return &tables.emplace(table.id, std::move(table)).first->second;
}

void FollowedTables::created(const std::string& name) {
  FollowedTable table;
  table.id = next_id++;
  table.made = true;
  table.now.name = name;
  by_name[folded_name(name)] = table.id;
  tables.emplace(table.id, std::move(table));
}

void FollowedTables::dropped(const std::string& name) {
  const auto at = by_name.find(folded_name(name));
  if (at == by_name.end()) return;
  FollowedTable& table = tables.at(at->second);
  table.gone = true;
  if (table.made) tables.erase(at->second);
  by_name.erase(at);
}

void FollowedTables::renamed(FollowedTable& table, const std::string& name) {
  by_name.erase(folded_name(table.now.name));
  table.now.name = name;
  by_name[folded_name(name)] = table.id;
}

}  // namespace drydock
