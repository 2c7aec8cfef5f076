#include "rehearsal/shadow/sqlite_census.h"

namespace drydock {

std::vector<std::string> sqlite_tables(Database& database) {
  Rows rows = database.query(
      // A virtual table holds rows of its own; its shadow tables are derived from them.
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') "
      "AND name IN (SELECT name FROM main.sqlite_schema) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE "
      "'drydock\\_%' ESCAPE '\\' ORDER BY name");
  std::vector<std::string> names;
  for (std::size_t row = 0; row < rows.rows.size(); ++row) names.push_back(rows.text(row, 0));
  return names;
}

// Not a lock, a broken disk or a damaged file: the table asks for something that only its application has.
bool is_unreadable_by_its_kind(const DatabaseError& error) { return error.sqlstate() == "SQLITE_ERROR"; }

Census sqlite_census(Database& database) {
  Census census;
  for (const std::string& name : sqlite_tables(database)) {
    try {
      const std::int64_t rows = database.query("SELECT count(*) FROM main." + drydock::quoted(name)).integer(0, 0);
      census.rows_by_table.emplace_back(name, rows);
      census.rows += rows;
    } catch (const DatabaseError& error) {
      if (!is_unreadable_by_its_kind(error)) throw;
      census.unreadable.emplace_back(name, error.what());
    }
  }
  census.tables = static_cast<std::int64_t>(census.rows_by_table.size());
  census.bytes = database.query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size").integer(0, 0);
  return census;
}

}  // namespace drydock
