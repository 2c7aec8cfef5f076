// What another tool's table lacks of drydock's history: what `adopt --release` writes there, so that the tool does not
// run again what drydock has applied.
#pragma once

#include <string>
#include <vector>

#include "runner/history/adopt/adopt_reader.h"
#include "runner/history/history.h"

namespace drydock {

struct Release {
  std::vector<ReleasedVersion> missing;  // in order
  ReleasedVersion newest;                // of all that are applied; no file where none is
  std::vector<std::string> refusals;     // each a sentence; where there is one, nothing is written
};

// REQUIRES: everything that is passed outlives the result.
Release what_is_missing(const AdoptReader& reader, const ForeignHistory& foreign, const std::vector<HistoryRow>& rows,
                        const std::vector<MigrationFile>& files, const std::vector<MigrationFile>& originals);

}  // namespace drydock
