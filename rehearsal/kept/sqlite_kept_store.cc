// What can be done with SQLite's safety copies. A restore never overwrites: rows whose key is taken, and values where
// something stands, stay as they are. Rows go by this process from file to file, each value with its storage class.
#include <algorithm>

#include "rehearsal/kept/kept_store.h"
#include "rehearsal/kept/sqlite_kept_file.h"
#include "rehearsal/observe/sqlite_query.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

using Names = std::vector<std::string>;

std::string parameter(std::size_t index) { return "?" + std::to_string(index + 1); }

class SqliteKeptStore final : public KeptStore {
 public:
  SqliteKeptStore(SqliteDatabase& database, std::unique_ptr<SqliteKeptFile> file)
      : database_(database), file_(std::move(file)) {}

  std::vector<KeptCopy> list() override { return file_->list(); }
  void purge(const KeptCopy& copy) override { file_->purge(copy); }

  PutBack restore(const KeptCopy& copy) override {
    PutBack restored;
    database_.reset_session({});  // foreign keys are off meanwhile, as in a migration
    database_.begin();
    try {
      restored = copy.table.column.empty() ? restore_rows(copy) : restore_values(copy);
      database_.commit();
    } catch (...) {
      database_.rollback();
      throw;
    }
    if (restored.left == 0) restored.why_left.clear();
    file_->note(copy, "restored", restored.rows);
    return restored;
  }

 private:
  static std::string table_name(const KeptCopy& copy) { return "main." + drydock::quoted(copy.table.name); }

  // Runs the statement once for each row of the copy, with those columns' values; counts what it changed.
  void for_each_row(const KeptCopy& copy, const Names& columns, const std::string& statement, PutBack& restored) {
    Names names;
    for (const std::string& column : columns) names.push_back(drydock::quoted(column));
    SqliteQuery read(file_->handle(), "SELECT " + joined(names, ", ") + " FROM " + copy.place);
    SqliteQuery write(database_.handle(), statement);
    while (read.step()) {
      for (std::size_t i = 0; i < columns.size(); ++i)
        write.bind_value(static_cast<int>(i) + 1, read.value(static_cast<int>(i)));
      bool changed = false;
      while (write.step()) changed = true;
      ++(changed ? restored.rows : restored.left);
    }
  }

  PutBack restore_rows(const KeptCopy& copy) {
    PutBack restored;
    CopiedTable now = sqlite_table(database_.handle(), copy.table.name);
    if (now.columns.empty()) {
      make_table(copy, restored);
      now = sqlite_table(database_.handle(), copy.table.name);
    } else if (copy.table.key.empty() && copy.restored) {
      throw CannotRestore(
          "the table has no primary key, and the copy was restored before: its rows would be there twice");
    }
    Names columns, names, values;
    for (const CopiedColumn& column : copy.table.columns) {
      const auto same = std::ranges::find(now.columns, column.name, &CopiedColumn::name);
      if (same == now.columns.end() || same->generated) continue;
      values.push_back(parameter(columns.size()));
      columns.push_back(column.name);
      names.push_back(drydock::quoted(column.name));
    }
    for (const std::string& name : copy.table.key)
      if (std::ranges::find(columns, name) == columns.end())
        throw CannotRestore("the table has no column " + name + " any more, by which its rows are known");
    // OR IGNORE would pass over NOT NULL and CHECK as well, and say nothing.
    for_each_row(copy, columns,
                 "INSERT INTO " + table_name(copy) + " (" + joined(names, ", ") + ") VALUES (" + joined(values, ", ") +
                     ") ON CONFLICT DO NOTHING RETURNING 1",
                 restored);
    restored.why_left = "a row with their key, or with a value that must be unique, is there already";
    return restored;
  }

  void make_table(const KeptCopy& copy, PutBack& restored) {
    Names definitions, key;
    // The one key that is the row's number is written with its column.
    const bool is_rowid = copy.table.key.size() == 1;
    for (const CopiedColumn& column : copy.table.columns) {
      const bool in_key = is_rowid && column.name == copy.table.key[0];
      definitions.push_back(drydock::quoted(column.name) + " " + column.type + (in_key ? " PRIMARY KEY" : ""));
    }
    for (const std::string& name : copy.table.key) key.push_back(drydock::quoted(name));
    if (key.size() > 1) definitions.push_back("PRIMARY KEY (" + joined(key, ", ") + ")");
    database_.execute("CREATE TABLE " + table_name(copy) + " (" + joined(definitions, ", ") + ")");
    restored.notes.push_back("made the table " + copy.table.name + (key.empty() ? "" : " with its primary key") +
                             "; defaults, other constraints, indexes and triggers are not kept");
  }

  PutBack restore_values(const KeptCopy& copy) {
    PutBack restored;
    const CopiedTable now = sqlite_table(database_.handle(), copy.table.name);
    if (now.columns.empty())
      throw CannotRestore("the table " + copy.table.name + " is not there: restore the copy of the table first");
    if (copy.table.key.empty())
      throw CannotRestore("the table has no primary key by which the values could be told apart: put them back from " +
                          copy.place + " in " + SqliteKeptFile::path_of(database_.url()).string() + " by hand");
    const std::string column = drydock::quoted(copy.table.column);
    if (std::ranges::find(now.columns, copy.table.column, &CopiedColumn::name) == now.columns.end()) {
      const auto kept = std::ranges::find(copy.table.columns, copy.table.column, &CopiedColumn::name);
      database_.execute("ALTER TABLE " + table_name(copy) + " ADD COLUMN " + column + " " + kept->type);
      restored.notes.push_back("added the column " + copy.table.name + "." + copy.table.column +
                               "; its default and constraints are not kept");
    }
    Names columns = {copy.table.column}, conditions;
    for (const std::string& name : copy.table.key) {
      conditions.push_back(drydock::quoted(name) + " IS " + parameter(columns.size()));
      columns.push_back(name);
    }
    for_each_row(copy, columns,
                 "UPDATE " + table_name(copy) + " SET " + column + " = ?1 WHERE " + joined(conditions, " AND ") +
                     " AND " + column + " IS NULL RETURNING 1",
                 restored);
    restored.why_left = "their row is gone, or has another value by now";
    return restored;
  }

  SqliteDatabase& database_;
  std::unique_ptr<SqliteKeptFile> file_;
};

}  // namespace

std::unique_ptr<KeptStore> open_sqlite_kept_store(Database& database) {
  std::unique_ptr<SqliteKeptFile> file = SqliteKeptFile::of(database.url(), SqliteKeptFile::Missing::leave);
  if (!file) return nullptr;
  return std::make_unique<SqliteKeptStore>(dynamic_cast<SqliteDatabase&>(database), std::move(file));
}

}  // namespace drydock
