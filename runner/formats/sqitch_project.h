// A Sqitch project: what sqitch.conf says of its folders, and the changes of sqitch.plan in their order.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runner/sql/dialect.h"

namespace drydock {

// One line of the plan.
struct SqitchChange {
  std::string name;  // "tables/users"
  int line = 0;
  // Of a change that a later line reworks: the tags between them, of which the scripts that it had bear one.
  std::vector<std::string> rework_tags;
  std::string reworked_since;  // of a change that reworks an earlier one: the tag before it; else empty
};

// What a change is recorded as: its name, and behind it, from the second change of one name on, which one it is. `time`
// is 1 for the first. No name of Sqitch's holds a `#`.
std::string numbered_change(const std::string& name, int time);

struct SqitchProject {
  std::filesystem::path plan, deploy, revert, verify;
  std::string extension = "sql";
  std::optional<Dialect> engine;  // where the configuration names one
};

// The project whose folder this is: with sqitch.conf or sqitch.plan in it, or in the folder above where this one is its
// folder of deploy scripts, or the one that holds all scripts. nullopt where there is none. Throws MigrationError for a
// setting that cannot be honoured.
std::optional<SqitchProject> find_sqitch_project(const std::filesystem::path& folder);

// Throws MigrationError for a line that cannot be read, a change that is required and not planned before, one that
// conflicts with an earlier change, and one that is planned twice without a tag between.
std::vector<SqitchChange> read_sqitch_plan(const std::filesystem::path& plan);

}  // namespace drydock
