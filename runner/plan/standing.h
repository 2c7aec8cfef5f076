// Where each version stands, files against history: the one judgement that both the plan and `status` are made from.
#pragma once

#include <vector>

#include "runner/plan/plan.h"
#include "runner/plan/recorded.h"

namespace drydock {

// Points into the files and the gathered history; lives as long as both.
struct Standing {
  VersionState::State state{};
  const MigrationFile* file = nullptr;  // nullptr: missing, or a repeatable migration that was taken away
  const Recorded* recorded = nullptr;   // nullptr: no row of it
  bool text_only_changed = false;

  // The version, or R__name: the file's spelling where there is a file.
  std::string id() const;
  const std::string& name() const;
  // The version that it is ordered by. REQUIRES: it is versioned.
  Version version() const;
  bool is_versioned() const;
};

// In the order of the versions, then the repeatable ones. Parses nothing; reads the tokens of a file only where its
// text differs from the recorded one. REQUIRES: files are in order (Format::read).
std::vector<Standing> stand(const std::vector<MigrationFile>& files, const RecordedById& recorded, Dialect dialect);

// The highest version of which anything is applied; empty where nothing is.
Version highest_applied(const RecordedById& recorded);

}  // namespace drydock
