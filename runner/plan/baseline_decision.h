// What is to become of the folder's squashed baseline on one database, by recorded versions and checksums alone:
//
//   all that it replaces is applied   it is recorded, nothing runs
//   some                              the originals of the rest run, then it is recorded
//   none                              it runs, where the database holds nothing
#pragma once

#include <span>
#include <vector>

#include "runner/migration/migration.h"
#include "runner/plan/recorded.h"

namespace drydock {

// Points into files, originals and the gathered history; lives as long as they do.
struct BaselineDecision {
  enum class Applied { all, some, none };

  std::span<const MigrationFile> originals = {};
  const MigrationFile* file = nullptr;  // nullptr: the folder holds no baseline, and nothing below counts
  const Recorded* recorded = nullptr;   // its own rows
  Applied applied = Applied::none;      // of what it replaces
  // `some`: the files to run, in order, and the versions of which there is no file with the right text.
  std::vector<const MigrationFile*> to_run;
  std::vector<const ReplacedVersion*> lost;

  // What the folder's baseline says of a version; nullptr where it does not replace it.
  const ReplacedVersion* replaces(const Version& version) const;
  bool runs(const MigrationFile& file) const;
  // The file of that version in `squashed`, whatever its text; nullptr where there is none.
  const MigrationFile* original(const Version& version) const;
};

// REQUIRES: files and originals were read by a Format.
BaselineDecision decide(const std::vector<MigrationFile>& files, std::span<const MigrationFile> originals,
                        const RecordedHistory& recorded, Dialect dialect);

// Whether the file is what was replaced. Its tokens are read only where its text does not settle it.
bool is_replaced_text(const ReplacedVersion& replaced, const MigrationFile& file, Dialect dialect);

// The checksum of a file's tokens; "" for a text that cannot be read.
std::string token_checksum(const MigrationFile& file, Dialect dialect);

}  // namespace drydock
