// Comparing by name: objects by kind and identity, their properties by name, rows by table.
#include "squash/difference.h"

#include <algorithm>
#include <map>
#include <utility>

namespace drydock {

namespace {

using Change = Difference::Change;

Difference whole(Change change, const SnapshotObject& object) {
  return {.change = change, .kind = object.kind, .identity = object.identity};
}

const std::string* find_property(const SnapshotObject& object, const std::string& name) {
  const auto found = std::find_if(object.properties.begin(), object.properties.end(),
                                  [&name](const auto& property) { return property.first == name; });
  return found == object.properties.end() ? nullptr : &found->second;
}

void compare_properties(const SnapshotObject& left, const SnapshotObject& right, std::vector<Difference>& found) {
  const auto add = [&](const std::string& name, const std::string* of_left, const std::string* of_right) {
    found.push_back({.change = Change::changed,
                     .kind = left.kind,
                     .identity = left.identity,
                     .property = name,
                     .left = of_left == nullptr ? "" : *of_left,
                     .right = of_right == nullptr ? "" : *of_right});
  };
  for (const auto& property : left.properties) {
    const std::string* other = find_property(right, property.first);
    if (other == nullptr || *other != property.second) add(property.first, &property.second, other);
  }
  for (const auto& property : right.properties) {
    if (find_property(left, property.first) == nullptr) add(property.first, nullptr, &property.second);
  }
}

void compare_objects(const std::vector<SnapshotObject>& left, const std::vector<SnapshotObject>& right,
                     std::vector<Difference>& found) {
  using Key = std::pair<std::string, std::string>;
  const auto by_key = [](const std::vector<SnapshotObject>& objects) {
    std::map<Key, const SnapshotObject*> map;
    for (const SnapshotObject& object : objects) map.emplace(Key{object.kind, object.identity}, &object);
    return map;
  };
  const auto lefts = by_key(left), rights = by_key(right);
  for (const SnapshotObject& object : left) {
    const auto other = rights.find({object.kind, object.identity});
    if (other == rights.end()) {
      found.push_back(whole(Change::only_left, object));
    } else if (object != *other->second) {
      compare_properties(object, *other->second, found);
    }
  }
  for (const SnapshotObject& object : right) {
    if (lefts.count({object.kind, object.identity}) == 0) found.push_back(whole(Change::only_right, object));
  }
}

std::string row_count(const SnapshotRows& rows) {
  return std::to_string(rows.rows) + (rows.rows == 1 ? " row" : " rows");
}

std::vector<std::string> columns_that_differ(const SnapshotRows& left, const SnapshotRows& right) {
  std::vector<std::string> names;
  for (const SnapshotRows::Column& column : left.columns) {
    const auto other = std::find_if(right.columns.begin(), right.columns.end(),
                                    [&column](const auto& candidate) { return candidate.name == column.name; });
    if (other != right.columns.end() && other->checksum != column.checksum) names.push_back(column.name);
  }
  return names;
}

void compare_rows(const std::vector<SnapshotRows>& left, const std::vector<SnapshotRows>& right,
                  std::vector<Difference>& found) {
  const auto by_table = [](const std::vector<SnapshotRows>& tables) {
    std::map<std::string, const SnapshotRows*> map;
    for (const SnapshotRows& table : tables) map.emplace(table.table, &table);
    return map;
  };
  const auto lefts = by_table(left), rights = by_table(right);
  const auto add = [&found](const std::string& table, std::string of_left, std::string of_right,
                            std::vector<std::string> columns) {
    found.push_back({.change = Change::changed,
                     .kind = "rows",
                     .identity = table,
                     .property = "rows",
                     .left = std::move(of_left),
                     .right = std::move(of_right),
                     .columns = std::move(columns)});
  };
  for (const SnapshotRows& table : left) {
    const auto other = rights.find(table.table);
    if (other == rights.end()) {
      add(table.table, row_count(table), "no row", {});
    } else if (table != *other->second) {
      add(table.table, row_count(table), row_count(*other->second), columns_that_differ(table, *other->second));
    }
  }
  for (const SnapshotRows& table : right) {
    if (lefts.count(table.table) == 0) add(table.table, "no row", row_count(table), {});
  }
}

std::string describe_rows(const Difference& difference, const std::string& left_name, const std::string& right_name) {
  std::string text = "the rows of " + difference.identity + " differ: " + difference.left + " in " + left_name + ", " +
                     difference.right + " in " + right_name;
  if (difference.columns.empty()) return text + "\n";
  text += "; other values in";
  for (std::size_t i = 0; i < difference.columns.size(); ++i) text += (i == 0 ? " " : ", ") + difference.columns[i];
  return text + "\n";
}

}  // namespace

std::vector<Difference> differences(const Snapshot& left, const Snapshot& right) {
  std::vector<Difference> found;
  compare_objects(left.objects, right.objects, found);
  compare_rows(left.rows, right.rows, found);
  compare_objects(left.positions, right.positions, found);
  return found;
}

std::string describe(const std::vector<Difference>& differences, const std::string& left_name,
                     const std::string& right_name) {
  std::string text;
  for (const Difference& difference : differences) {
    const std::string object = difference.kind + " " + difference.identity;
    if (difference.kind == "rows") {
      text += describe_rows(difference, left_name, right_name);
    } else if (difference.change == Change::only_left) {
      text += object + ": only in " + left_name + "\n";
    } else if (difference.change == Change::only_right) {
      text += object + ": only in " + right_name + "\n";
    } else {
      text += object + ": " + difference.property + " differs\n  " + left_name + ": " +
              (difference.left.empty() ? "(none)" : difference.left) + "\n  " + right_name + ": " +
              (difference.right.empty() ? "(none)" : difference.right) + "\n";
    }
  }
  return text;
}

}  // namespace drydock
