// What another tool recorded, held against the files: what `adopt` will record, and why it may not. A plain value, but
// for the files' bytes, which checksums are computed from.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "runner/history/adopt/adopt_reader.h"
#include "runner/history/history.h"
#include "runner/migration/migration.h"

namespace drydock {

// A version that is to be recorded as applied.
struct AdoptedVersion {
  enum class Checked {
    no,        // the tool keeps no checksum, or none that drydock can compute
    verified,  // the file is what the tool applied
  };
  std::string id, name, kind;
  std::string file;                       // "" where a baseline replaced it and its original is gone
  const MigrationFile* source = nullptr;  // nullptr then
  std::string applied_at;                 // as the tool kept it
  bool inferred = false;                  // no row says it: it stands below one that does
  Checked checked = Checked::no;
  int attempt = 1;  // HistoryRow::attempt
};

struct Adoption {
  std::vector<AdoptedVersion> versions;  // in order
  std::vector<std::string> refusals;     // each a sentence; where there is one, nothing is recorded
  std::vector<std::string> left_out;     // files that it lacks below the last that it has
  std::vector<std::string> notes;
};

// The files that can stand for a version: what baselines replaced, then what lies in the folder; in order, without the
// baselines. Points into both.
std::vector<const MigrationFile*> adoptable_files(const std::vector<MigrationFile>& files,
                                                  const std::vector<MigrationFile>& originals);

// Whether the row is the file's.
bool is_row_of(const ForeignRow& row, const MigrationFile& file);

// Whether the tool takes the file for applied. `all`: adoptable_files().
bool is_told(const ForeignHistory& history, const MigrationFile& file, const std::vector<const MigrationFile*>& all);

// `files`: as read from the folder. REQUIRES: everything that is passed outlives the result.
Adoption match(const AdoptReader& reader, const ForeignTable& table, const ForeignHistory& history,
               const std::vector<MigrationFile>& files, const std::vector<MigrationFile>& originals);

// The row of drydock's history that records it. `how` goes into its column `rehearsal`.
HistoryRow row_of(const AdoptedVersion& version, const std::string& how, Dialect dialect);

}  // namespace drydock
