#include "runner/apply/concurrent_index.h"

namespace drydock {

namespace {

using Action = ConcurrentIndex::Action;

std::string qualified(const std::string& schema, const std::string& name) {
  return schema.empty() ? drydock::quoted(name) : drydock::quoted(schema) + "." + drydock::quoted(name);
}

// The indexes that the statement is about: schema, name, whether valid.
Rows indexes_of(Database& database, const ConcurrentIndex& index) {
  static const std::string select =
      "SELECT n.nspname, c.relname, x.indisvalid AND x.indisready "
      "FROM pg_catalog.pg_index x JOIN pg_catalog.pg_class c ON c.oid = x.indexrelid "
      "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN pg_catalog.pg_class t ON t.oid = x.indrelid ";
  if (index.action == Action::create && !index.table.empty()) {
    const Value table = qualified(index.table_schema, index.table);
    if (!index.index.empty()) {
      const Value parameters[] = {table, index.index};
      return database.query(select + "WHERE x.indrelid = pg_catalog.to_regclass($1) AND c.relname = $2", parameters);
    }
    // Named by the server: TABLE_COLUMNS_idx, with a number where that name is taken.
    const Value parameters[] = {table};
    return database.query(
        select +
            "WHERE x.indrelid = pg_catalog.to_regclass($1) AND NOT (x.indisvalid AND x.indisready) AND "
            "pg_catalog.starts_with(c.relname, t.relname) AND c.relname ~ '_idx[0-9]*$'",
        parameters);
  }
  const Value parameters[] = {qualified(index.schema, index.index)};
  if (index.action == Action::reindex) {
    // REINDEX CONCURRENTLY builds beside the old index, under its name with _ccnew; the old one stays valid meanwhile.
    return database.query(select +
                              "JOIN pg_catalog.pg_class o ON o.oid = pg_catalog.to_regclass($1) AND "
                              "o.relnamespace = c.relnamespace WHERE c.relname ~ '_cc(new|old)[0-9]*$' AND "
                              "pg_catalog.starts_with(c.relname, o.relname)",
                          parameters);
  }
  return database.query(select + "WHERE x.indexrelid = pg_catalog.to_regclass($1)", parameters);
}

}  // namespace

IndexOutcome index_outcome(Database& database, const Statement& statement) {
  const ConcurrentIndex& index = statement.traits.concurrent_index.value();
  const Rows rows = indexes_of(database, index);
  for (const auto& row : rows.rows) {
    if (row[2] != "t") return IndexOutcome::invalid;
  }
  // Only invalid ones are looked for where the name is not known, or where REINDEX leaves a second index: none is good.
  const bool none_is_valid = index.action == Action::reindex || (index.action == Action::create && index.index.empty());
  if (rows.empty()) return none_is_valid ? IndexOutcome::valid : IndexOutcome::absent;
  return IndexOutcome::valid;
}

std::vector<std::string> drop_leftovers(Database& database, const Statement& statement) {
  std::vector<std::string> dropped;
  for (const auto& row : indexes_of(database, statement.traits.concurrent_index.value()).rows) {
    if (row[2] == "t") continue;
    const std::string name = qualified(row[0].value(), row[1].value());
    database.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
    dropped.push_back(name);
  }
  return dropped;
}

}  // namespace drydock
