// What is different between two snapshots, object by object and property by property. Pure.
#pragma once

#include <string>
#include <vector>

#include "squash/snapshot.h"

namespace drydock {

struct Difference {
  enum class Change { only_left, only_right, changed };
  Change change{};
  std::string kind = {}, identity = {};              // of the object; kind "rows" for a table's rows
  std::string property = {}, left = {}, right = {};  // changed: which property, and what it is on each side
  // rows that are changed: the columns whose multisets of values differ, empty where only their combination does.
  std::vector<std::string> columns = {};
};

// In the order of the snapshots. Empty: they are equal.
std::vector<Difference> differences(const Snapshot& left, const Snapshot& right);

// For people: one paragraph each, with the two sides named ("the originals", "the baseline").
std::string describe(const std::vector<Difference>& differences, const std::string& left_name,
                     const std::string& right_name);

}  // namespace drydock
