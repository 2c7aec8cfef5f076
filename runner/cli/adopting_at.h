// `adopt --at VERSION`: a database that nobody migrated counts as migrated up to a version where its schema is equal to
// what the files up to it make in an empty database. Rows are not compared.
#pragma once

#include <string>
#include <vector>

#include "runner/cli/squashing.h"
#include "runner/cli/target.h"
#include "runner/cli/terminal.h"
#include "runner/history/adopt/adoption.h"
#include "squash/snapshot.h"

namespace drydock {

// Files, and the schema that they make.
class Replayed {
 public:
  // Replays the files up to the version, in a database like the target. Throws Failure (exit 2 for an unknown version,
  // exit 4 where originals of a baseline are needed and gone), SquashRefused, CannotRehearse.
  static Replayed up_to(const std::string& version, Target& target, const Settings& settings,
                        const ThrowawayOptions& options, Terminal& terminal);

  // Returns what is to be recorded where the target's schema is equal; throws Failure (exit 4) with the difference
  // otherwise. Other tools' tables and drydock's own are left out. REQUIRES: no transaction is open.
  std::vector<AdoptedVersion> versions_where_equal(Target& target, const std::vector<FoundHistory>& foreign) const;

 private:
  struct Stage {
    std::vector<const MigrationFile*> files;
    Snapshot schema;
  };
  std::string version_;
  // The versioned files; and, where these are all there are, the repeatable ones behind them, since a database that is
  // as the folder says may have these or not.
  std::vector<Stage> stages_;
};

}  // namespace drydock
