// Every proof of a folder's baselines, made again: a baseline against its originals in squashed/, or, where those are
// gone, against the hashes in its header.
#pragma once

#include <string>
#include <vector>

#include "squash/squash.h"

namespace drydock {

struct Verified {
  enum class Against {
    originals,
    header,   // its originals are gone
    nothing,  // they are, and its hashes are those of another server version
  };
  std::string file;  // the baseline
  Against against{};
  std::string differs;  // described; empty: it is equal, or there was nothing to compare it with
};

// One for each baseline. Touches no file. Throws SquashRefused where one cannot be replayed, MigrationError,
// CannotRehearse, Interrupted. REQUIRES: files and originals are the folder's (Format::read, read_squashed).
std::vector<Verified> verify_baselines(const std::vector<MigrationFile>& files,
                                       const std::vector<MigrationFile>& originals, Dialect dialect,
                                       Throwaways& throwaways);

}  // namespace drydock
