// A value is hashed as its type's output function writes it (a cast to text could be the user's own), a row as the
// hashes of its values, a table as the sorted hashes of its rows: exact, and without regard to the order of the rows.
#include "squash/postgres_snapshot_rows.h"

#include <algorithm>

#include "squash/postgres_snapshot_sql.h"

namespace drydock {

namespace {

struct Table {
  std::string identity, name;  // for people; quoted
  std::vector<std::string> columns;
};

// A table without a page holds no row: an empty schema of any size costs one query. An extension's member counts only
// where the extension says that users keep rows in it.
std::string tables_sql() {
  return "SELECT n.nspname || '.' || c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname), a.attname "
         "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
         "LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
         "WHERE c.relkind = 'r' AND c.relpersistence <> 't' AND " +
         of_users("n.nspname") + " AND (" + no_member("pg_class", "c.oid") +
         " OR EXISTS (SELECT FROM pg_extension e WHERE c.oid = ANY (e.extconfig))) "
         "AND pg_relation_size(c.oid) > 0 ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\", a.attnum";
}

std::vector<Table> tables_of(Database& database) {
  const Rows rows = database.query(tables_sql());
  std::vector<Table> tables;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    if (tables.empty() || tables.back().name != rows.text(row, 1)) {
      tables.push_back({rows.text(row, 0), rows.text(row, 1), {}});
    }
    if (rows.rows[row][2]) tables.back().columns.push_back(rows.text(row, 2));
  }
  return tables;
}

// 32 bytes whatever the value; for NULL those that no hash has.
std::string value_hash(const std::string& column) {
  const std::string name = drydock::quoted(column);
  return "CASE WHEN t." + name + " IS NOT DISTINCT FROM NULL THEN '\\x" + std::string(64, '0') +
         "'::bytea ELSE sha256(convert_to(format('%s', t." + name + "), getdatabaseencoding())) END";
}

// The order is part of the checksum only as the hashes sort: numbered names, since a column may be called anything.
std::string multiset_hash(const std::string& hash) {
  return "encode(sha256(coalesce(string_agg(" + hash + ", ''::bytea ORDER BY " + hash + "), ''::bytea)), 'hex')";
}

std::string checksum_sql(const Table& table) {
  std::string hashes, row = "''::bytea", checksums;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const std::string name = "h" + std::to_string(i);
    hashes += ", " + value_hash(table.columns[i]) + " AS " + name;
    row += " || " + name;
    checksums += ", " + multiset_hash(name);
  }
  return "SELECT count(*), " + multiset_hash("r") + checksums + " FROM (SELECT *, sha256(" + row +
         ") AS r FROM (SELECT NULL" + hashes + " FROM ONLY " + table.name + " t) v) w";
}

std::string positions_sql(const Rows& sequences, std::size_t from, std::size_t to) {
  std::string sql;
  for (std::size_t row = from; row < to; ++row) {
    sql += (sql.empty() ? "SELECT " : " UNION ALL SELECT ") + literal(sequences.text(row, 0)) +
           ", last_value::text, is_called::text FROM " + sequences.text(row, 1);
  }
  return sql;
}

}  // namespace

std::vector<SnapshotRows> read_row_checksums(Database& database) {
  std::vector<SnapshotRows> all;
  for (const Table& table : tables_of(database)) {
    const Rows sums = database.query(checksum_sql(table));
    if (sums.integer(0, 0) == 0) continue;
    SnapshotRows rows{table.identity, sums.integer(0, 0), sums.text(0, 1), {}};
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      rows.columns.push_back({table.columns[i], sums.text(0, i + 2)});
    all.push_back(std::move(rows));
  }
  return all;
}

std::vector<SnapshotObject> read_sequence_positions(Database& database) {
  constexpr std::size_t in_one_query = 200;
  const Rows sequences = database.query(
      "SELECT n.nspname || '.' || c.relname, quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
      "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND " +
      of_users("n.nspname") + " AND c.relpersistence <> 't' AND " + no_member("pg_class", "c.oid") +
      " ORDER BY n.nspname COLLATE \"C\", c.relname COLLATE \"C\"");
  std::vector<SnapshotObject> positions;
  for (std::size_t from = 0; from < sequences.rows.size(); from += in_one_query) {
    const std::size_t to = std::min(from + in_one_query, sequences.rows.size());
    for (const std::vector<Value>& row : database.query(positions_sql(sequences, from, to)).rows) {
      positions.push_back({"sequence position", *row[0], {{"last value", *row[1]}, {"called", *row[2]}}});
    }
  }
  return positions;
}

}  // namespace drydock
