#include "rehearsal/observe/postgres_table.h"

#include <map>
#include <set>
#include <sstream>

namespace drydock {

namespace {

constexpr Oid first_of_users = 16384;

std::string array_of(const std::vector<Oid>& oids) {
  std::string text = "{";
  for (const Oid oid : oids) text += (text.size() > 1 ? "," : "") + std::to_string(oid);
  return text + "}";
}

// Whether the type is compared by its own "=": see TableColumn::typed. An array counts by its element.
const std::string has_equality =
    "t.oid < 16384 AND t.typtype = 'b' AND EXISTS (SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON "
    "m.oid = "
    "o.opcmethod WHERE m.amname IN ('btree', 'hash') AND o.opcdefault AND (o.opcintype = e.oid OR EXISTS (SELECT FROM "
    "pg_catalog.pg_cast k WHERE k.castsource = e.oid AND k.casttarget = o.opcintype AND k.castmethod = 'b' AND "
    "k.castcontext = 'i')))";

// Of types that users made, those whose values hold a row type, at whatever depth: by arrays, domains, ranges and
// multiranges, which came with version 14.
std::set<Oid> holding_composites(Database& database, const std::vector<Oid>& types) {
  std::set<Oid> holding;
  if (types.empty()) return holding;
  const Value parameters[] = {array_of(types)};
  const bool multiranges = database.server_version() >= 140000;
  const Rows rows = database.query(
      "WITH RECURSIVE part AS (SELECT t.oid AS whole, t.oid FROM pg_catalog.pg_type t WHERE t.oid = ANY ($1::oid[]) "
      "UNION SELECT p.whole, CASE WHEN t.typbasetype <> 0 THEN t.typbasetype WHEN r.rngsubtype IS NOT NULL THEN "
      "r.rngsubtype ELSE t.typelem END FROM part p JOIN pg_catalog.pg_type t ON t.oid = p.oid "
      "LEFT JOIN pg_catalog.pg_range r ON t.oid = r.rngtypid" +
          std::string(multiranges ? " OR t.oid = r.rngmultitypid" : "") +
          ") "
          "SELECT DISTINCT p.whole::bigint FROM part p JOIN pg_catalog.pg_type t ON t.oid = p.oid WHERE t.typtype = "
          "'c'",
      parameters);
  for (std::size_t i = 0; i < rows.rows.size(); ++i) holding.insert(rows.integer(i, 0));
  return holding;
}

void read_columns(Database& database, const Value& oids, std::map<Oid, TableDetails>& tables) {
  const Value parameters[] = {oids};
  const Rows rows = database.query(
      "SELECT a.attrelid::bigint, a.attnum, a.attname, a.atttypid::bigint, a.atttypmod, "
      "pg_catalog.format_type(a.atttypid, a.atttypmod), " +
          has_equality +
          ", t.typcollation <> 0, a.attgenerated <> '', e.typtype = 'c' FROM pg_catalog.pg_attribute a "
          "JOIN pg_catalog.pg_type t ON t.oid = a.atttypid JOIN pg_catalog.pg_type e ON e.oid = CASE WHEN "
          "t.typcategory = "
          "'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END "
          "WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attrelid, a.attnum",
      parameters);
  std::vector<Oid> made_by_users;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    if (rows.integer(i, 3) >= first_of_users) made_by_users.push_back(rows.integer(i, 3));
  }
  const std::set<Oid> composites = holding_composites(database, made_by_users);
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    tables[rows.integer(i, 0)].columns.push_back(
        {.number = static_cast<int>(rows.integer(i, 1)),
         .name = rows.text(i, 2),
         .type = rows.integer(i, 3),
         .modifier = static_cast<int>(rows.integer(i, 4)),
         .type_text = rows.text(i, 5),
         .typed = rows.text(i, 6) == "t",
         .collated = rows.text(i, 7) == "t",
         .composite = rows.text(i, 9) == "t" || composites.contains(rows.integer(i, 3)),
         .generated = rows.text(i, 8) == "t"});
  }
}

void read_key(TableDetails& table, const std::string& numbers) {
  std::istringstream each(numbers);
  for (int number = 0; each >> number;) {
    const TableColumn* column = table.column(number);
    if (!column || column->generated) {
      table.key.clear();
      return;
    }
    table.key.push_back(number);
  }
}

void read_partition_key(Database& database, TableDetails& table) {
  const Value parameters[] = {std::to_string(table.root)};
  const Rows rows = database.query(
      "SELECT DISTINCT a.attname FROM pg_catalog.pg_partition_tree($1::oid::regclass) r JOIN "
      "pg_catalog.pg_partitioned_table p "
      "ON p.partrelid = r.relid JOIN pg_catalog.pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY "
      "(p.partattrs)",
      parameters);
  for (std::size_t i = 0; i < rows.rows.size(); ++i) table.partition_key.push_back(rows.text(i, 0));
}

}  // namespace

const TableColumn* TableDetails::column(int number) const {
  for (const TableColumn& each : columns) {
    if (each.number == number) return &each;
  }
  return nullptr;
}

const TableColumn* TableDetails::column_named(const std::string& wanted) const {
  for (const TableColumn& each : columns) {
    if (each.name == wanted) return &each;
  }
  return nullptr;
}

std::vector<TableDetails> read_tables(Database& database, const std::vector<Oid>& oids) {
  if (oids.empty()) return {};
  const Value list = array_of(oids);
  const Value parameters[] = {list};
  const Rows rows = database.query(
      "SELECT c.oid::bigint, n.nspname, c.relname, c.relkind, c.relfilenode::bigint, "
      "(SELECT pg_catalog.array_to_string(x.indkey::int2[], ' ') FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid "
      "AND "
      "x.indisprimary AND x.indisvalid), CASE WHEN c.relispartition THEN "
      "pg_catalog.pg_partition_root(c.oid)::oid::bigint "
      "END FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE c.oid = ANY ($1::oid[]) ORDER BY c.oid",
      parameters);
  std::map<Oid, TableDetails> tables;
  read_columns(database, list, tables);
  std::vector<TableDetails> result;
  for (std::size_t i = 0; i < rows.rows.size(); ++i) {
    TableDetails table = std::move(tables[rows.integer(i, 0)]);
    table.oid = rows.integer(i, 0);
    table.schema = rows.text(i, 1);
    table.name = rows.text(i, 2);
    table.kind = rows.text(i, 3)[0];
    table.file = rows.integer(i, 4);
    read_key(table, rows.rows[i][5].value_or(""));
    table.root = rows.rows[i][6] ? rows.integer(i, 6) : 0;
    if (table.root != 0) read_partition_key(database, table);
    result.push_back(std::move(table));
  }
  return result;
}

Oid table_named(Database& database, const std::string& schema, const std::string& name) {
  const Value parameters[] = {schema, name};
  const Rows rows = database.query(
      "SELECT c.oid::bigint FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
      "WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')",
      parameters);
  return rows.empty() ? 0 : rows.integer(0, 0);
}

std::string type_text_now(Database& database, const TableColumn& column) {
  const Value parameters[] = {std::to_string(column.type), std::to_string(column.modifier)};
  const Rows rows = database.query(
      "SELECT pg_catalog.format_type(t.oid, $2::int) FROM pg_catalog.pg_type t WHERE t.oid = $1::oid", parameters);
  return rows.empty() ? "" : rows.text(0, 0);
}

}  // namespace drydock
