// The table of the tools whose history can be adopted. A new one is a file beside this one, a declaration in
// adopt_readers.h and a row here.
#include <algorithm>

#include "runner/history/adopt/adopt_readers.h"
#include "runner/history/adopt/adoption.h"
#include "runner/history/adopt/foreign_sql.h"

namespace drydock {

const std::vector<std::unique_ptr<AdoptReader>>& all_adopt_readers() {
  static const std::vector<std::unique_ptr<AdoptReader>> readers = [] {
    std::vector<std::unique_ptr<AdoptReader>> all;
    for (const auto make :
         {make_alembic_reader, make_atlas_reader, make_dbmate_reader, make_diesel_reader, make_django_reader,
          make_flyway_reader, make_golang_migrate_reader, make_goose_reader, make_graphile_migrate_reader,
          make_liquibase_reader, make_node_pg_migrate_reader, make_prisma_reader, make_rails_reader,
          make_refinery_reader, make_sql_migrate_reader, make_sqitch_reader, make_sqlx_reader, make_tern_reader})
      all.push_back(make());
    return all;
  }();
  return readers;
}

const AdoptReader* find_adopt_reader(std::string_view name) {
  for (const auto& reader : all_adopt_readers())
    if (reader->name() == name) return reader.get();
  return nullptr;
}

std::string adopt_reader_names() {
  std::string names;
  for (const auto& reader : all_adopt_readers()) names += (names.empty() ? "" : ", ") + std::string(reader->name());
  return names;
}

bool AdoptReader::try_to_lock(Database& database, const ForeignTable& table) const {
  if (database.dialect() != Dialect::postgres) return true;
  const std::optional<std::int64_t> id = lock_id(database, table);
  if (!id) return true;
  return database.query("SELECT pg_catalog.pg_try_advisory_xact_lock(" + std::to_string(*id) + ")::integer")
             .integer(0, 0) != 0;
}

std::vector<std::string> AdoptReader::take_out(Database& database, const ChecksumContext& context,
                                               const MigrationFile& file) const {
  std::vector<std::string> statements;
  for (const ForeignRow& row : read(database, context.table).rows)
    if (is_row_of(row, file))
      statements.push_back("DELETE FROM " + context.table.sql() + " WHERE CAST(" + std::string(label_column()) +
                           " AS text) = " + sql_text(database, row.label));
  return statements;
}

namespace {

std::vector<std::string_view> all_names() {
  std::vector<std::string_view> names{"ar_internal_metadata"};
  for (const auto& reader : all_adopt_readers())
    for (const std::string_view name : reader->table_names()) names.push_back(name);
  return names;
}

std::string lowered(std::string_view text) {
  std::string name(text);
  std::ranges::transform(name, name.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return name;
}

bool has_name_of(const AdoptReader& reader, const ForeignTable& table) {
  const std::string name = lowered(table.name);
  const std::vector<std::string_view> names = reader.table_names();
  return std::ranges::find(names, name) != names.end();
}

// goose's row of version 0, and the like, say of no version that it is applied. What may not be read may say anything.
FoundHistory found_in(Database& database, const AdoptReader& reader, const ForeignTable& table) try {
  const bool says_anything = holds_row(database, table) && !reader.read(database, table).rows.empty();
  return {.reader = &reader, .table = table, .says_anything = says_anything};
} catch (const DatabaseError& error) {
  constexpr std::string_view insufficient_privilege = "42501";
  if (error.sqlstate() != insufficient_privilege) throw;
  return {.reader = &reader, .table = table, .says_anything = true, .readable = false};
}

void add_found(Database& database, std::span<const ForeignTable> tables, const std::string& also,
               std::vector<FoundHistory>& found) {
  for (const ForeignTable& table : tables)
    for (const auto& reader : all_adopt_readers())
      if ((has_name_of(*reader, table) || is_named(table, also)) && reader->recognises(table, tables))
        found.push_back(found_in(database, *reader, table));
}

}  // namespace

bool is_named(const ForeignTable& table, std::string_view name) {
  return !name.empty() && (lowered(table.name) == lowered(name) || lowered(table.display()) == lowered(name));
}

std::vector<FoundHistory> find_foreign_histories(Database& database, const std::string& also) {
  std::vector<FoundHistory> found;
  std::vector<std::string_view> names = all_names();
  const std::string name = lowered(std::string_view(also).substr(also.rfind('.') + 1));
  if (!also.empty()) names.push_back(name);
  add_found(database, find_tables(database, names), also, found);
  if (const std::shared_ptr<Database> beside = open_beside(database, "sqitch.db")) {
    std::vector<ForeignTable> tables = find_tables(*beside, {"changes", "events"});
    for (ForeignTable& table : tables) table.elsewhere = beside;
    add_found(*beside, tables, "", found);
  }
  return found;
}

}  // namespace drydock
