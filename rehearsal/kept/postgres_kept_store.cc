// What can be done with PostgreSQL's safety copies. A restore never overwrites: rows whose key is taken, and values
// where something stands, stay as they are.
#include <algorithm>

#include "rehearsal/kept/kept_store.h"
#include "rehearsal/kept/postgres_kept_registry.h"
#include "rehearsal/observe/postgres_keep.h"
#include "rehearsal/observe/postgres_table.h"
#include "runner/sql/joined.h"

namespace drydock {
namespace {

using Names = std::vector<std::string>;

std::string name_of(const CopiedTable& table) {
  return drydock::quoted(table.schema) + "." + drydock::quoted(table.name);
}

std::string same_key(const CopiedTable& table) {
  Names parts;
  for (const std::string& name : table.key)
    parts.push_back("t." + drydock::quoted(name) + "::pg_catalog.text = k." + drydock::quoted(name) +
                    "::pg_catalog.text");
  return joined(parts, " AND ");
}

class PostgresKeptStore final : public KeptStore {
 public:
  explicit PostgresKeptStore(Database& database) : database_(database), registry_(database) {}

  std::vector<KeptCopy> list() override { return registry_.list(); }

  void purge(const KeptCopy& copy) override {
    in_transaction([&] {
      database_.execute("DROP TABLE IF EXISTS " + copy.place);
      registry_.note(copy, "purged", copy.rows);
    });
  }

  PutBack restore(const KeptCopy& copy) override {
    PutBack restored;
    in_transaction([&] {
      CanonicalSettings settings(database_);
      settings.let_triggers_fire();
      restored = copy.table.column.empty() ? restore_rows(copy) : restore_values(copy);
      restored.left = count(copy.place) - restored.rows;
      if (restored.left == 0) restored.why_left.clear();
      registry_.note(copy, "restored", restored.rows);
    });
    return restored;
  }

 private:
  template <typename Work>
  void in_transaction(const Work& work) {
    database_.begin();
    try {
      work();
      database_.commit();
    } catch (...) {
      database_.rollback();
      throw;
    }
  }

  std::int64_t count(const std::string& from) {
    return database_.query("SELECT pg_catalog.count(*) FROM " + from).integer(0, 0);
  }

  std::vector<TableDetails> table_of(const CopiedTable& table) {
    const Oid oid = table_named(database_, table.schema, table.name);
    return oid == 0 ? std::vector<TableDetails>{} : read_tables(database_, {oid});
  }

  // The type as the column had it; text where there is no such type any more, which is noted.
  std::string type_for(const CopiedColumn& column, PutBack& restored) {
    std::string type = column.type;
    if (const std::size_t modifier = type.find('('); modifier != std::string::npos) type.erase(modifier);
    const Value parameters[] = {type};
    if (database_.query("SELECT pg_catalog.to_regtype($1)", parameters).rows[0][0]) return column.type;
    restored.notes.push_back("the type " + column.type + " of the column " + column.name +
                             " is gone: the column is of type text now");
    return "text";
  }

  PutBack restore_rows(const KeptCopy& copy) {
    const std::vector<TableDetails> found = table_of(copy.table);
    return found.empty() ? make_table(copy) : put_rows_back(copy, found[0]);
  }

  PutBack make_table(const KeptCopy& copy) {
    PutBack restored;
    Names definitions, values;
    for (const CopiedColumn& column : copy.table.columns) {
      const std::string type = type_for(column, restored);
      definitions.push_back(drydock::quoted(column.name) + " " + type);
      values.push_back("k." + drydock::quoted(column.name) + "::" + type);
    }
    Names key;
    for (const std::string& name : copy.table.key) key.push_back(drydock::quoted(name));
    if (!key.empty()) definitions.push_back("PRIMARY KEY (" + joined(key, ", ") + ")");
    database_.execute("CREATE TABLE " + name_of(copy.table) + " (" + joined(definitions, ", ") + ")");
    restored.rows = affected("INSERT INTO " + name_of(copy.table) + " SELECT " + joined(values, ", ") + " FROM " +
                             copy.place + " k");
    restored.notes.push_back("made the table " + copy.table.schema + "." + copy.table.name +
                             (key.empty() ? "" : " with its primary key") +
                             "; defaults, other constraints, indexes, triggers and grants are not kept");
    return restored;
  }

  PutBack put_rows_back(const KeptCopy& copy, const TableDetails& table) {
    PutBack restored;
    if (copy.table.key.empty() && copy.restored)
      throw CannotRestore(
          "the table has no primary key, and the copy was restored before: its rows would be there twice");
    Names columns, values;
    for (const CopiedColumn& column : copy.table.columns) {
      const TableColumn* now = table.column_named(column.name);
      if (now == nullptr || now->generated) continue;
      columns.push_back(drydock::quoted(column.name));
      values.push_back("k." + drydock::quoted(column.name) + "::" + now->type_text);
    }
    for (const std::string& name : copy.table.key)
      if (table.column_named(name) == nullptr)
        throw CannotRestore("the table has no column " + name + " any more, by which its rows are known");
    const std::string missing = copy.table.key.empty() ? ""
                                                       : " WHERE NOT EXISTS (SELECT FROM " + table.from() +
                                                             " t WHERE " + same_key(copy.table) + ")";
    restored.rows = affected("INSERT INTO " + table.sql_name() + " (" + joined(columns, ", ") +
                             ") OVERRIDING SYSTEM VALUE SELECT " + joined(values, ", ") + " FROM " + copy.place + " k" +
                             missing + " ON CONFLICT DO NOTHING");
    restored.why_left = "a row with their key, or with a value that must be unique, is there already";
    return restored;
  }

  PutBack restore_values(const KeptCopy& copy) {
    PutBack restored;
    const std::vector<TableDetails> found = table_of(copy.table);
    const std::string table_text = copy.table.schema + "." + copy.table.name;
    if (found.empty())
      throw CannotRestore("the table " + table_text + " is not there: restore the copy of the table first");
    if (copy.table.key.empty())
      throw CannotRestore("the table has no primary key by which the values could be told apart: put them back from " +
                          copy.place + " by hand");
    const TableDetails& table = found[0];
    std::string type;
    if (const TableColumn* now = table.column_named(copy.table.column)) {
      type = now->type_text;
    } else {
      const auto column = std::ranges::find(copy.table.columns, copy.table.column, &CopiedColumn::name);
      type = type_for(*column, restored);
      database_.execute("ALTER TABLE " + table.sql_name() + " ADD COLUMN " + drydock::quoted(copy.table.column) + " " +
                        type);
      restored.notes.push_back("added the column " + table_text + "." + copy.table.column +
                               "; its default and constraints are not kept");
    }
    const std::string column = drydock::quoted(copy.table.column);
    restored.rows =
        affected("UPDATE " + table.from() + " AS t SET " + column + " = k." + column + "::" + type + " FROM " +
                 copy.place + " k WHERE " + same_key(copy.table) + " AND t." + column + " IS NULL");
    restored.why_left = "their row is gone, or has another value by now";
    return restored;
  }

  std::int64_t affected(const std::string& statement) {
    return database_.query("WITH done AS (" + statement + " RETURNING 1) SELECT pg_catalog.count(*) FROM done")
        .integer(0, 0);
  }

  Database& database_;
  PostgresKeptRegistry registry_;
};

}  // namespace

std::unique_ptr<KeptStore> open_postgres_kept_store(Database& database) {
  if (!PostgresKeptRegistry(database).exists()) return nullptr;
  return std::make_unique<PostgresKeptStore>(database);
}

}  // namespace drydock
