// Puts a proved baseline into its folder, and what it replaces out of it:
//
//   1. FOLDER/.<V>_baseline.sql.new is written and synced;
//   2. it is renamed to FOLDER/<V>_baseline.sql, and the folder is synced: from here on the squash is done;
//   3. the originals go to FOLDER/squashed/, each behind its undo file, the one of version V last; both are synced.
//
// A crash before 2 leaves a file whose name no format reads; the next squash removes it. One after 2 leaves two files
// of version V in the folder, with which every command refuses to work, and which the next squash completes: it moves
// what a baseline in the folder replaces, if it is what was replaced by its checksum, and refuses (exit 4) if it is
// not. Nothing is ever overwritten but by a file of the same bytes.
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

// Whether a squash of this folder was cut short.
bool was_cut_short(const std::filesystem::path& folder);

// Completes it: returns the names of the files that were moved. Throws SquashRefused, MigrationError.
std::vector<std::string> complete(const std::filesystem::path& folder, Dialect dialect);

// The names of what squashed/ keeps of the versions up to this one.
std::vector<std::string> originals_through(const std::filesystem::path& folder, const Version& version);

// Deletes files of squashed/. Throws std::filesystem::filesystem_error.
void forget(const std::vector<std::string>& names, const std::filesystem::path& folder);

}  // namespace drydock
