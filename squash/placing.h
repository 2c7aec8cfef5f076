// Puts a proved baseline into its folder, and what it replaces out of it:
//
//   1. FOLDER/.<V>_baseline.sql.new is written and synced;
//   2. it is renamed to FOLDER/<V>_baseline.sql, and the folder is synced: from here on the squash is done;
//   3. the originals go to FOLDER/squashed/, each behind its undo file; both folders are synced.
//
// A crash before 2 leaves a file whose name no format reads; the next squash removes it. After 2 every command takes
// the originals from where they lie, beside the baseline or in squashed/, and the next squash completes the move. It
// moves a file only if it is what was replaced by its checksum, and refuses (exit 4) if it is not. Nothing is ever
// overwritten but by a file of the same bytes.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "runner/migration/baseline_files.h"
#include "squash/squash.h"

namespace drydock {

// Returns the names of the files that were moved. Throws SquashRefused before anything is touched where a file is in
// the way, std::system_error.
std::vector<std::string> place(const Baseline& baseline, const std::filesystem::path& folder);

// What a squash that was cut short has left in the folder.
struct Unfinished {
  std::vector<std::filesystem::path> unnamed;  // baselines that have not got their names
  std::vector<MigrationFile> beside;           // originals that lie beside their baseline
  bool empty() const { return unnamed.empty() && beside.empty(); }
};

// REQUIRES: files are the folder's (Format::read).
Unfinished find_unfinished(const std::vector<MigrationFile>& files, const std::filesystem::path& folder);

// Completes it: returns the names of the files that were moved. Throws SquashRefused before anything is touched where
// one of them is not what its baseline replaced, std::system_error.
std::vector<std::string> complete(const Unfinished& unfinished, const std::vector<MigrationFile>& files,
                                  const std::filesystem::path& folder, Dialect dialect);

// Deletes originals up to this version, with their undo files, and returns the names; with `pretend` it only tells
// them. REQUIRES: originals are those of the folder (Format::read_squashed).
enum class Forgetting { pretend, earnest };
std::vector<std::string> forget(const std::vector<MigrationFile>& originals, const Version& through,
                                const std::filesystem::path& folder, Forgetting forgetting);

}  // namespace drydock
