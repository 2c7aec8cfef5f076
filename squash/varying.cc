#include "squash/varying.h"

#include <algorithm>
#include <set>

#include "squash/difference.h"

namespace drydock {

Variation variation_between(const Snapshot& first, const Snapshot& second) {
  Variation variation;
  std::vector<Difference> others;
  for (Difference& difference : differences(first, second)) {
    if (difference.kind != "rows" || difference.left != difference.right) {
      others.push_back(std::move(difference));
    } else if (difference.columns.empty()) {
      variation.tables.push_back(difference.identity);
    } else {
      for (const std::string& column : difference.columns)
        variation.columns.push_back(difference.identity + "." + column);
    }
  }
  variation.other = describe(others, "one replay", "another");
  return variation;
}

Snapshot without_columns(Snapshot snapshot, const std::vector<std::string>& columns) {
  const std::set<std::string> left_out(columns.begin(), columns.end());
  for (SnapshotRows& rows : snapshot.rows) {
    const std::size_t erased = std::erase_if(rows.columns, [&](const SnapshotRows::Column& column) {
      return left_out.contains(rows.table + "." + column.name);
    });
    if (erased > 0) rows.checksum.clear();
  }
  return snapshot;
}

}  // namespace drydock
