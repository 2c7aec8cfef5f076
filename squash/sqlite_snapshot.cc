// The schema table's statements as tokens, what the pragmas say of columns, keys and indexes, and what the file's own
// header stores. ALTER TABLE RENAME quotes names anew and tables that differ in COLLATE, CHECK or DEFERRABLE have equal
// pragmas: neither the one nor the other would do alone.
#include <algorithm>
#include <map>

#include "squash/snapshots.h"
#include "squash/sqlite_catalog.h"
#include "squash/sqlite_row_checksums.h"

namespace drydock {

namespace {

using Properties = std::vector<std::pair<std::string, std::string>>;

std::string pragma(Database& database, const std::string& name) {
  return database.query("PRAGMA main." + name).text(0, 0);
}

SnapshotObject database_object(Database& database) {
  SnapshotObject object{.kind = "database", .identity = "main", .properties = {}};
  for (const char* name : {"encoding", "page_size"}) object.properties.emplace_back(name, pragma(database, name));
  for (const char* name : {"auto_vacuum", "user_version", "application_id"}) {
    const std::string value = pragma(database, name);
    if (value != "0") object.properties.emplace_back(name, value);
  }
  return object;
}

std::string foreign_keys(Database& database, const std::string& table) {
  const std::vector<Value> parameters{table};
  const Rows rows = database.query(
      "SELECT group_concat(\"from\", ', ') || ' references ' || \"table\" || coalesce(' (' || group_concat(\"to\", "
      "', ') || ')', '') || ' on update ' || lower(on_update) || ' on delete ' || lower(on_delete) || ' match ' || "
      "lower(\"match\") AS key FROM (SELECT * FROM pragma_foreign_key_list(?1) ORDER BY id, seq) GROUP BY id ORDER BY "
      "key",
      parameters);
  std::string text;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) text += (i == 0 ? "" : "; ") + rows.text(i, 0);
  return text;
}

// SQLite fires several triggers in an order that follows their creation.
std::string triggers_of(const std::string& table, const std::vector<StoredObject>& entries) {
  std::string names;
  for (const StoredObject& entry : entries)
    if (entry.kind == StoredObject::Kind::trigger && entry.table == table)
      names += (names.empty() ? "" : ", ") + entry.name;
  return names;
}

SnapshotObject column_object(const std::string& table, const StoredColumn& column, std::size_t rank) {
  SnapshotObject object{.kind = "column", .identity = table + "." + column.name, .properties = {}};
  object.properties.emplace_back("rank", std::to_string(rank));
  object.properties.emplace_back("type", column.type);
  if (column.not_null) object.properties.emplace_back("null", "no");
  if (column.default_value) object.properties.emplace_back("default", canonical_sqlite(*column.default_value));
  if (column.key_rank > 0) object.properties.emplace_back("primary key", std::to_string(column.key_rank));
  if (column.storage == StoredColumn::Storage::hidden) object.properties.emplace_back("hidden", "yes");
  if (column.storage == StoredColumn::Storage::generated) object.properties.emplace_back("generated", "yes");
  return object;
}

std::vector<SnapshotObject> column_objects(Database& database, const std::string& table) {
  std::vector<SnapshotObject> objects;
  for (const StoredColumn& column : sqlite_columns(database, table))
    objects.push_back(column_object(table, column, objects.size() + 1));
  return objects;
}

// Also those that SQLite made for a key or a UNIQUE.
std::vector<SnapshotObject> index_objects(Database& database, const StoredObject& table,
                                          const std::vector<StoredObject>& entries) {
  const std::vector<Value> of_table{table.name};
  const Rows list = database.query("SELECT name, \"unique\", origin, partial FROM pragma_index_list(?1)", of_table);
  std::vector<SnapshotObject> objects;
  for (std::size_t i = 0; i < list.rows.size(); ++i) {
    const std::vector<Value> of_index{list.text(i, 0)};
    SnapshotObject object{.kind = "index", .identity = list.text(i, 0), .properties = {{"table", table.name}}};
    object.properties.emplace_back("unique", list.text(i, 1) == "1" ? "yes" : "no");
    if (list.text(i, 2) != "c")
      object.properties.emplace_back("of", list.text(i, 2) == "pk" ? "the primary key" : "a UNIQUE constraint");
    const Rows columns = database.query(
        "SELECT group_concat(coalesce(name, '(expression)') || ' collate ' || coll || iif(desc, ' desc', ''), ', ') "
        "FROM (SELECT * FROM pragma_index_xinfo(?1) WHERE key ORDER BY seqno)",
        of_index);
    object.properties.emplace_back("columns", columns.rows[0][0].value_or(""));
    const auto entry = std::ranges::find_if(entries, [&](const StoredObject& each) {
      return each.kind == StoredObject::Kind::index && each.name == object.identity;
    });
    if (entry != entries.end()) object.properties.emplace_back("sql", canonical_sqlite(entry->sql));
    objects.push_back(std::move(object));
  }
  return objects;
}

// What a view shows. One that refers to what is not there can be stored all the same.
std::string view_columns(Database& database, const std::string& view) {
  try {
    std::string text;
    for (const StoredColumn& column : sqlite_columns(database, view))
      text += (text.empty() ? "" : ", ") + column.name + (column.type.empty() ? "" : " " + column.type);
    return text;
  } catch (const DatabaseError& error) {
    if (error.details().canceled) throw;
    return "(cannot be read)";
  }
}

class Collector {
 public:
  explicit Collector(SqliteDatabase& database) : database_(database), entries_(sqlite_entries(database)) {}

  std::vector<SnapshotObject> objects() {
    add({database_object(database_)});
    for (const StoredObject& entry : entries_) add_entry(entry);
    std::vector<SnapshotObject> all;
    for (const char* kind : {"database", "table", "virtual table", "column", "index", "view", "trigger"}) {
      std::vector<SnapshotObject>& some = by_kind_[kind];
      std::ranges::sort(some, {}, &SnapshotObject::identity);
      std::ranges::move(some, std::back_inserter(all));
    }
    return all;
  }

  std::vector<SnapshotRows> rows() { return sqlite_row_checksums(database_, entries_); }

  // Of AUTOINCREMENT; and the journal's mode, which the file keeps and programs set as they please.
  std::vector<SnapshotObject> positions() {
    std::vector<SnapshotObject> all;
    if (const std::string mode = pragma(database_, "journal_mode"); mode == "wal")
      all.push_back({.kind = "journal mode", .identity = "main", .properties = {{"mode", mode}}});
    if (database_.query("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'").empty()) return all;
    const Rows rows = database_.query(
        "SELECT name, seq FROM main.sqlite_sequence WHERE name NOT LIKE 'drydock\\_%' ESCAPE '\\' ORDER BY name");
    for (const auto& row : rows.rows)
      all.push_back({.kind = "sequence position",
                     .identity = row[0].value_or(""),
                     .properties = {{"last", row[1].value_or("NULL")}}});
    return all;
  }

 private:
  void add(std::vector<SnapshotObject> objects) {
    for (SnapshotObject& object : objects) by_kind_[object.kind].push_back(std::move(object));
  }

  void add_entry(const StoredObject& entry) {
    using Kind = StoredObject::Kind;
    SnapshotObject object{.kind = {}, .identity = entry.name, .properties = {{"sql", canonical_sqlite(entry.sql)}}};
    const auto note = [&object](const std::string& name, const std::string& value) {
      if (!value.empty()) object.properties.emplace_back(name, value);
    };
    switch (entry.kind) {
      case Kind::index:
        return;  // told with its table
      case Kind::table:
        object.kind = "table";
        note("foreign keys", foreign_keys(database_, entry.name));
        note("triggers", triggers_of(entry.name, entries_));
        add(column_objects(database_, entry.name));
        add(index_objects(database_, entry, entries_));
        break;
      case Kind::virtual_table:
        object.kind = "virtual table";
        add(column_objects(database_, entry.name));
        break;
      case Kind::view:
        object.kind = "view";
        note("columns", view_columns(database_, entry.name));
        note("triggers", triggers_of(entry.name, entries_));
        break;
      case Kind::trigger:
        object.kind = "trigger";
        note("table", entry.table);
        break;
    }
    add({std::move(object)});
  }

  SqliteDatabase& database_;
  std::vector<StoredObject> entries_;
  std::map<std::string, std::vector<SnapshotObject>> by_kind_;
};

// Everything is read as of one moment, and nothing is written.
class ReadTransaction {
 public:
  explicit ReadTransaction(Database& database) : database_(database) { database_.execute("BEGIN"); }
  ~ReadTransaction() { database_.rollback(); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Database& database_;
};

}  // namespace

Snapshot take_sqlite_snapshot(Database& database, SnapshotScope scope) {
  auto& sqlite = dynamic_cast<SqliteDatabase&>(database);
  const ReadTransaction reading(sqlite);
  Collector collector(sqlite);
  Snapshot snapshot{.server = database.server(), .objects = collector.objects(), .rows = {}, .positions = {}};
  if (scope == SnapshotScope::schema) return snapshot;
  snapshot.rows = collector.rows();
  snapshot.positions = collector.positions();
  return snapshot;
}

}  // namespace drydock
