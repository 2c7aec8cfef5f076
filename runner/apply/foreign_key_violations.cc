#include "runner/apply/foreign_key_violations.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "runner/sql/folded_name.h"

namespace drydock {
namespace {

constexpr char separator = '\x1f';

struct Key {
  std::string columns, places;
};

// A column's place in its table, by its name.
std::map<std::string, std::string> places_in(Database& database, const std::string& table) {
  std::map<std::string, std::string> places;
  for (const auto& column : database.query("PRAGMA main.table_info(" + quoted(table) + ")").rows)
    places[folded_name(column[1].value_or(""))] = column[0].value_or("");
  return places;
}

// The keys of a table, by their numbers.
std::map<std::string, Key> keys_of(Database& database, const std::string& table,
                                   std::map<std::string, std::string> places) {
  std::map<std::string, Key> keys;
  const Rows rows = database.query("PRAGMA main.foreign_key_list(" + quoted(table) + ")");
  for (std::size_t row = 0; row < rows.rows.size(); ++row) {
    const std::string column = folded_name(rows.text(row, 3));
    keys[rows.text(row, 0)].columns += column + separator;
    keys[rows.text(row, 0)].places += places[column] + separator;
  }
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

void ForeignKeyViolations::read_pages(Database& database) {
  // Otherwise a table that is dropped makes another's first page move.
  const bool pages_stay = database.query("PRAGMA main.auto_vacuum").text(0, 0) == "0";
  for (const auto& row : database.query("SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table'").rows) {
    const std::string name = row[0].value_or("");
    pages_[folded_name(name)] = pages_stay ? row[1].value_or("") : "";
    shown_[folded_name(name)] = name;
  }
}

void ForeignKeyViolations::add(Database& database, const std::string& pragma) {
  const Rows rows = database.query(pragma);
  if (rows.empty()) return;
  if (pages_.empty()) read_pages(database);
  std::map<std::string, std::map<std::string, Key>> keys;
  for (const auto& row : rows.rows) {
    const std::string table = row[0].value_or("");
    if (!keys.contains(table)) {
      const auto& places = places_[folded_name(table)] = places_in(database, table);
      keys[table] = keys_of(database, table, places);
    }
    const Key& key = keys[table][row[3].value_or("")];
    ++count_[{folded_name(table), row[1].value_or(""), folded_name(row[2].value_or("")), key.columns, key.places}];
  }
}

std::string ForeignKeyViolations::name_before(const std::string& table, const Pages& now, const Pages& before) {
  const auto found = now.find(table);
  if (before.contains(table) || found == now.end() || found->second.empty()) return table;
  const auto same_page = [&](const auto& entry) { return entry.second == found->second; };
  const auto renamed = std::ranges::find_if(before, same_page);
  return renamed == before.end() ? table : renamed->first;
}

// Whether a column of its key is called as none of the table was.
bool ForeignKeyViolations::was_renamed(const Violation& violation) const {
  const auto table = places_.find(violation.table);
  if (table == places_.end()) return false;
  std::istringstream names(violation.columns);
  for (std::string name; std::getline(names, name, separator);) {
    if (!table->second.contains(name)) return true;
  }
  return false;
}

std::size_t ForeignKeyViolations::known(const Violation& violation) const {
  std::size_t by_columns = 0, by_places = 0;
  for (auto at = count_.lower_bound({violation.table, violation.row, violation.parent, "", ""});
       at != count_.end() && at->first.table == violation.table && at->first.row == violation.row &&
       at->first.parent == violation.parent;
       ++at) {
    if (at->first.columns == violation.columns) by_columns += at->second;
    if (at->first.places == violation.places) by_places += at->second;
  }
  return was_renamed(violation) ? std::max(by_columns, by_places) : by_columns;
}

ForeignKeyViolations ForeignKeyViolations::besides(const ForeignKeyViolations& before) const {
  ForeignKeyViolations rest;
  rest.shown_ = shown_;
  for (const auto& [violation, count] : count_) {
    Violation then = violation;
    then.table = name_before(violation.table, pages_, before.pages_);
    then.parent = name_before(violation.parent, pages_, before.pages_);
    const std::size_t had = before.known(then);
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
  for (const auto& [violation, count] : count_) names.insert(shown_.at(violation.table));
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace drydock
