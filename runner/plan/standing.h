// Where each version stands, files against history: the one judgement that both the plan and `status` are made from.
#pragma once

#include <optional>
#include <vector>

#include "runner/plan/baseline_decision.h"
#include "runner/plan/plan.h"
#include "runner/plan/recorded.h"

namespace drydock {

// Points into the files and the gathered history; lives as long as both.
struct Standing {
  VersionState::State state{};
  const MigrationFile* file = nullptr;  // nullptr: missing, replaced, or a repeatable migration that was taken away
  const Recorded* recorded = nullptr;   // nullptr: no row of its own
  bool text_only_changed = false;
  // What a baseline says of a version that it replaces: `by_file` where that is the folder's, else a recorded one.
  const ReplacedVersion* replaced = nullptr;
  const MigrationFile* by_file = nullptr;
  // Of a baseline that is pending.
  BaselineDecision::Applied applied = BaselineDecision::Applied::none;

  // The version, or R__name: the file's spelling where there is a file.
  std::string id() const;
  const std::string& name() const;
  // The version that it is ordered by. REQUIRES: it is versioned.
  Version version() const;
  bool is_versioned() const;
  bool is_baseline() const;
};

// In the order of the versions, a baseline behind the last one that it replaces; then the repeatable ones. Parses
// nothing; reads the tokens of a file only where its text differs from the recorded one. REQUIRES: files are in order
// (Format::read), and `decision` was made from them.
std::vector<Standing> stand(const std::vector<MigrationFile>& files, const RecordedHistory& recorded,
                            const BaselineDecision& decision, Dialect dialect);

// The highest version of which anything is applied; empty where nothing is. Where the files have places, of those that
// have a file. It is looked for when it is first asked for: where nothing is late, and nothing pending, nobody asks.
class HighestApplied {
 public:
  // REQUIRES: both outlive this object.
  HighestApplied(const RecordedHistory& recorded, const std::vector<MigrationFile>& files)
      : recorded_(recorded), files_(files) {}

  const Version& version() const;

 private:
  const RecordedHistory& recorded_;
  const std::vector<MigrationFile>& files_;
  mutable std::optional<Version> found_;
};

}  // namespace drydock
