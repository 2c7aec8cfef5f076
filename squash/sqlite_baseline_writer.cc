// Tables with their indexes and rows, then the virtual tables, which may index those, then views and triggers: no
// trigger fires on what the baseline puts in. Statements stand as SQLite stores them.
#include <sqlite3.h>

#include <algorithm>
#include <cctype>

#include "rehearsal/observe/sqlite_query.h"
#include "runner/database/sqlite_database.h"
#include "runner/sql/joined.h"
#include "squash/baseline_writers.h"
#include "squash/sqlite_catalog.h"
#include "squash/sqlite_literal.h"
#include "squash/sqlite_row_checksums.h"

namespace drydock {

namespace {

constexpr int rows_in_one_insert = 100;

std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + sqlite_name(name);
  return list;
}

bool is_called_rowid(const StoredColumn& column) { return sqlite3_stricmp(column.name.c_str(), "rowid") == 0; }

class Writer {
 public:
  explicit Writer(SqliteDatabase& database) : database_(database), entries_(sqlite_entries(database)) {}

  BaselineText write() {
    using Kind = StoredObject::Kind;
    for (const StoredObject& entry : entries_)
      if (entry.kind == Kind::table) write_table(entry);
    for (const StoredObject& entry : entries_)
      if (entry.kind == Kind::virtual_table) write_virtual_table(entry);
    for (const StoredObject& entry : entries_)
      if (entry.kind == Kind::view || entry.kind == Kind::trigger) add("\n" + entry.sql);
    write_settings();
    return std::move(text_);
  }

 private:
  void add(const std::string& statement) { text_.sql += statement + ";\n"; }

  std::int64_t number(const std::string& sql) { return database_.query(sql).integer(0, 0); }

  void write_table(const StoredObject& table) {
    add("\n" + table.sql);
    for (const StoredObject& entry : entries_)
      if (entry.kind == StoredObject::Kind::index && entry.table == table.name) add(entry.sql);
    write_rows(table, stored_columns(table), order_of(table));
    write_position(table);
  }

  // A rowid that no column shows is written where it is not the one that the row would get by itself.
  std::vector<std::string> stored_columns(const StoredObject& table) {
    std::vector<std::string> names;
    if (order_of(table) == "rowid" && number("SELECT count(*) > 0 AND (min(rowid) <> 1 OR max(rowid) <> count(*)) "
                                             "FROM main." +
                                             drydock::quoted(table.name)) != 0)
      names.emplace_back("rowid");
    for (const StoredColumn& column : sqlite_columns(database_, table.name))
      if (column.storage == StoredColumn::Storage::stored) names.push_back(column.name);
    return names;
  }

  // Its primary key; where it has none, its rowid, unless a column hides that.
  std::string order_of(const StoredObject& table) {
    std::vector<StoredColumn> columns = sqlite_columns(database_, table.name);
    const bool hidden = std::ranges::any_of(columns, is_called_rowid);
    std::erase_if(columns, [](const StoredColumn& column) { return column.key_rank == 0; });
    std::ranges::sort(columns, {}, &StoredColumn::key_rank);
    std::vector<std::string> names;
    for (const StoredColumn& column : columns) names.push_back(column.name);
    return names.empty() && !hidden ? "rowid" : joined(names);
  }

  void write_rows(const StoredObject& table, const std::vector<std::string>& columns, const std::string& order) {
    SqliteQuery query(database_.handle(), "SELECT " + joined(columns) + " FROM main." + drydock::quoted(table.name) +
                                              (order.empty() ? "" : " ORDER BY " + order));
    std::string rows;
    int count = 0;
    const auto flush = [&] {
      if (!rows.empty()) add("INSERT INTO " + sqlite_name(table.name) + " (" + joined(columns) + ") VALUES" + rows);
      rows.clear();
      count = 0;
    };
    while (query.step()) {
      rows += (rows.empty() ? "\n  (" : ",\n  (") + values_of(query, table, columns) + ")";
      if (++count == rows_in_one_insert) flush();
    }
    flush();
  }

  std::string values_of(const SqliteQuery& query, const StoredObject& table, const std::vector<std::string>& columns) {
    std::string values;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::optional<std::string> value = sqlite_literal(database_.handle(), query.value(static_cast<int>(i)));
      if (!value) note(table.name + "." + columns[i] + " holds a real number that no SQL literal of SQLite makes");
      values += (i == 0 ? "" : ", ") + value.value_or("NULL");
    }
    return values;
  }

  void note(std::string sentence) {
    if (std::ranges::find(text_.notes, sentence) == text_.notes.end()) text_.notes.push_back(std::move(sentence));
  }

  // Where AUTOINCREMENT goes on, unless the rows themselves have put it there.
  void write_position(const StoredObject& table) {
    if (database_.query("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'").empty()) return;
    const Rows position =
        database_.query("SELECT quote(seq) FROM main.sqlite_sequence WHERE name = " + literal(table.name));
    const Rows highest = database_.query("SELECT quote(max(rowid)) FROM main." + drydock::quoted(table.name));
    const bool counts = canonical_sqlite(table.sql).find(" AUTOINCREMENT") != std::string::npos;
    if (!counts) return;
    const std::string& made = highest.text(0, 0);  // by the rows; NULL where there are none
    if (position.empty() && made != "NULL")
      note("sqlite_sequence has lost its row of " + table.name + ", which no statement but a DELETE brings about");
    if (position.empty() || position.text(0, 0) == made) return;
    if (made == "NULL")
      add("INSERT INTO sqlite_sequence (name, seq) VALUES (" + literal(table.name) + ", " + position.text(0, 0) + ")");
    else
      add("UPDATE sqlite_sequence SET seq = " + position.text(0, 0) + " WHERE name = " + literal(table.name));
  }

  void write_virtual_table(const StoredObject& table) {
    add("\n" + table.sql);
    const std::optional<SqliteFullText> full_text = sqlite_full_text(table);
    if (full_text && full_text->is_fts5) write_full_text_settings(table);
    using Content = SqliteFullText::Content;
    const std::vector<std::string> columns = sqlite_row_columns(database_, table);
    if (!full_text || full_text->content == Content::own) {
      write_rows(table, columns, drydock::quoted(columns.front()));
    } else if (full_text->content == Content::external && has_indexed(table)) {
      add("INSERT INTO " + sqlite_name(table.name) + " (" + sqlite_name(table.name) + ") VALUES ('rebuild')");
    } else if (full_text->content == Content::none &&
               number("SELECT count(*) FROM main." + drydock::quoted(table.name)) > 0) {
      note("the full-text table " + table.name + " keeps no documents (content=''), so that they cannot be read back");
    }
  }

  bool has_indexed(const StoredObject& table) {
    const std::string sizes = table.name + "_docsize";
    return !has_sqlite_shadow_table(database_, sizes) ||
           number("SELECT EXISTS (SELECT 1 FROM main." + drydock::quoted(sizes) + ")") != 0;
  }

  void write_full_text_settings(const StoredObject& table) {
    const Rows settings = database_.query("SELECT quote(k), quote(v) FROM main." +
                                          drydock::quoted(table.name + "_config") + " WHERE k <> 'version' ORDER BY k");
    for (std::size_t i = 0; i < settings.rows.size(); ++i)
      add("INSERT INTO " + sqlite_name(table.name) + " (" + sqlite_name(table.name) + ", rank) VALUES (" +
          settings.text(i, 0) + ", " + settings.text(i, 1) + ")");
  }

  // The order is SQLite's: VACUUM puts page size and auto-vacuum into effect, and cannot in WAL mode.
  void write_settings() {
    const auto value = [&](const char* name) { return database_.query("PRAGMA main." + std::string(name)).text(0, 0); };
    std::string settings;
    for (const char* name : {"user_version", "application_id"})
      if (value(name) != "0") settings += "PRAGMA " + std::string(name) + " = " + value(name) + ";\n";
    std::string by_vacuum;
    if (value("page_size") != "4096") by_vacuum += "PRAGMA page_size = " + value("page_size") + ";\n";
    if (value("auto_vacuum") != "0") by_vacuum += "PRAGMA auto_vacuum = " + value("auto_vacuum") + ";\n";
    if (!by_vacuum.empty()) settings += by_vacuum + "VACUUM;\n";
    if (value("journal_mode") == "wal") settings += "PRAGMA journal_mode = WAL;\n";
    if (!settings.empty()) text_.sql += "\n" + settings;
  }

  SqliteDatabase& database_;
  std::vector<StoredObject> entries_;
  BaselineText text_;
};

}  // namespace

BaselineText write_sqlite_baseline(ThrowawayDatabase& replayed) {
  return Writer(dynamic_cast<SqliteDatabase&>(replayed.reader())).write();
}

}  // namespace drydock
