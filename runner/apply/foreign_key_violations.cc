#include "runner/apply/foreign_key_violations.h"

#include <algorithm>
#include <set>

namespace drydock {
namespace {

constexpr char separator = '\x1f';

// The columns of each key of a table, by the key's number.
std::map<std::string, std::string> keys_of(Database& database, const std::string& table) {
  std::map<std::string, std::string> keys;
  const Rows rows = database.query("PRAGMA main.foreign_key_list(" + quoted(table) + ")");
  for (std::size_t row = 0; row < rows.rows.size(); ++row) keys[rows.text(row, 0)] += rows.text(row, 3) + separator;
  return keys;
}

}  // namespace

ForeignKeyViolations ForeignKeyViolations::in_all_tables(Database& database) {
  ForeignKeyViolations violations;
  violations.add(database, "PRAGMA main.foreign_key_check");
  return violations;
}

ForeignKeyViolations ForeignKeyViolations::in_tables(Database& database, const std::vector<std::string>& tables) {
  ForeignKeyViolations violations;
  for (const std::string& table : tables)
    violations.add(database, "PRAGMA main.foreign_key_check(" + quoted(table) + ")");
  return violations;
}

void ForeignKeyViolations::add(Database& database, const std::string& pragma) {
  const Rows rows = database.query(pragma);
  if (rows.empty()) return;
  if (pages_.empty()) {
    for (const auto& row : database.query("SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table'").rows)
      pages_[row[0].value_or("")] = row[1].value_or("");
  }
  std::map<std::string, std::map<std::string, std::string>> keys;
  for (const auto& row : rows.rows) {
    const std::string table = row[0].value_or("");
    if (!keys.contains(table)) keys[table] = keys_of(database, table);
    ++count_[{table, row[1].value_or(""), row[2].value_or(""), keys[table][row[3].value_or("")]}];
  }
}

std::string ForeignKeyViolations::name_before(const std::string& table, const Pages& now, const Pages& before) {
  const auto found = now.find(table);
  if (before.contains(table) || found == now.end()) return table;
  const auto same_page = [&](const auto& entry) { return entry.second == found->second; };
  const auto renamed = std::ranges::find_if(before, same_page);
  return renamed == before.end() ? table : renamed->first;
}

ForeignKeyViolations ForeignKeyViolations::besides(const ForeignKeyViolations& before) const {
  ForeignKeyViolations rest;
  rest.pages_ = pages_;
  for (const auto& [violation, count] : count_) {
    const Violation then{name_before(violation.table, pages_, before.pages_), violation.row,
                         name_before(violation.parent, pages_, before.pages_), violation.columns};
    const auto known = before.count_.find(then);
    const std::size_t had = known == before.count_.end() ? 0 : known->second;
    if (count > had) rest.count_[violation] = count - had;
  }
  return rest;
}

std::size_t ForeignKeyViolations::size() const {
  std::size_t all = 0;
  for (const auto& [violation, count] : count_) all += count;
  return all;
}

std::string ForeignKeyViolations::tables() const {
  std::set<std::string> names;
  for (const auto& [violation, count] : count_) names.insert(violation.table);
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace drydock
