// What another tool's table lacks of drydock's history, and what it has beyond it: what `adopt --release` writes there,
// so that the tool does not run again what drydock has applied, and knows of what drydock took back.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "runner/history/adopt/adopt_reader.h"
#include "runner/history/history.h"

namespace drydock {

// What drydock's history says, by significant digits of versions, or the ids of repeatable migrations.
struct OwnRecord {
  struct Applied {
    std::string at;             // ISO 8601, UTC
    std::string text_checksum;  // "" of what counts as applied with a baseline
  };
  std::map<std::string, Applied, std::less<>> applied;
  std::set<std::string, std::less<>> taken_back;
};

struct Release {
  std::vector<ReleasedVersion> missing;          // in order
  std::vector<const MigrationFile*> taken_back;  // by drydock, and applied by the tool's table
  ReleasedVersion newest;                        // of all that are applied; no file where none is
  std::vector<std::string> refusals;             // each a sentence; where there is one, nothing is written
  bool empty() const { return missing.empty() && taken_back.empty(); }
};

// REQUIRES: everything that is passed outlives the result.
Release what_is_missing(const AdoptReader& reader, const ForeignTable& table, const ForeignHistory& foreign,
                        OwnRecord record, const std::vector<MigrationFile>& files,
                        const std::vector<MigrationFile>& originals);

}  // namespace drydock
