// Versions of files that their tool runs in an order of its own: by the bytes of their names, or as a plan says.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/migration/migration.h"

namespace drydock {

// The digits that a name begins with; empty where it begins with none.
std::string leading_digits(std::string_view name);

// What stands behind the version in a name: "20240101_add_users" -> "add_users". All of a name without such a part.
std::string name_behind(std::string_view name, std::size_t version_size);

// The versions of the files called `names`, which stand in the order in which they run: what `short_form` makes of a
// name, or the whole name where that is empty or what another name has too. Each has its place where the versions alone
// would give another order.
std::vector<Version> versions_in_order(const std::vector<std::string>& names,
                                       const std::function<std::string(std::string_view)>& short_form = leading_digits);

// 14 digits of the current time, or behind the latest of those that `existing` have.
std::string next_timestamp(const std::vector<MigrationFile>& existing);

}  // namespace drydock
