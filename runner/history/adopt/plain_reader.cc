#include "runner/history/adopt/plain_reader.h"

#include <algorithm>

#include "runner/history/adopt/foreign_sql.h"

namespace drydock {
namespace {

bool has_table(std::span<const ForeignTable> all, std::string_view name) {
  return std::ranges::find(all, name, &ForeignTable::name) != all.end();
}

std::string name_in(const PlainTool& tool, const MigrationFile& file) {
  if (!file.recorded_as.empty() || tool.names == PlainTool::Names::version) return recorded_name(file);
  return (tool.names == PlainTool::Names::stem ? file.path.stem() : file.path.filename()).string();
}

}  // namespace

bool PlainReader::recognises(const ForeignTable& table, std::span<const ForeignTable> all) const {
  if (!table.has(tool_.version_column)) return false;
  if (!tool_.time_column.empty() && !table.has(tool_.time_column)) return false;
  if (tool_.no_other_column && table.columns.size() != 1) return false;
  if (!tool_.with_table.empty() && !has_table(all, tool_.with_table)) return false;
  return tool_.without_table.empty() || !has_table(all, tool_.without_table);
}

ForeignHistory PlainReader::read(Database& database, const ForeignTable& table) const {
  std::vector<std::string_view> columns{tool_.version_column};
  if (!tool_.time_column.empty()) columns.push_back(tool_.time_column);
  ForeignHistory history;
  for (const auto& values : read_columns(database, table, columns, "1")) {
    ForeignRow row;
    row.label = values[0];
    row.recorded_as = {values[0]};
    row.version = tool_.names == PlainTool::Names::version ? values[0] : leading_version(values[0]);
    if (values.size() > 1) row.applied_at = values[1];
    history.rows.push_back(std::move(row));
  }
  return history;
}

std::vector<std::string> PlainReader::write_back(Database& database, const ChecksumContext& context,
                                                 std::span<const ReleasedVersion> missing,
                                                 const ReleasedVersion& /*newest*/) const {
  std::vector<std::string> statements;
  for (const ReleasedVersion& version : missing) {
    SqlValues values{{tool_.version_column, sql_text(database, name_in(tool_, *version.file))}};
    if (!tool_.time_column.empty()) values.emplace_back(tool_.time_column, sql_time(database, version.applied_at));
    statements.push_back(insert_into(context.table, values));
  }
  return statements;
}

}  // namespace drydock
