// The operation itself, for either kind of database and without a command line: a history up to one version becomes one
// baseline that is proved to bring about an equal database.
//
// The migrations are replayed twice, from nothing, in throw-away databases: what differs between the two varies, and
// has to be accepted by name. The baseline is written from the first of them and replayed in a third database. Only
// where that is equal to the first, in schema, rows and sequence positions, are files touched (placing.h).
#pragma once

#include <string>
#include <vector>

#include "runner/migration/migration.h"
#include "squash/replay.h"

namespace drydock {

struct SquashRequest {
  std::vector<MigrationFile> files;  // of the folder, in order (Format::read)
  Version through;
  Dialect dialect{};
  std::vector<std::string> accept_varying;  // "table.column", "schema.table.column" on PostgreSQL
  std::string upgrade_hint;
};

struct Baseline {
  BaselineHeader header;
  std::string file_name;                // "0042_baseline.sql"
  std::string text;                     // of the whole file
  std::vector<MigrationFile> replaced;  // what it takes the place of in the folder, an earlier baseline included
  std::vector<std::string> kept;        // columns whose values vary, and are kept as the replay had them
};

// The baseline of the folder that stands for this version already; nullptr where there is none.
const MigrationFile* baseline_with(const std::vector<MigrationFile>& files, const Version& version);

// Touches no file. Throws SquashRefused, MigrationError, CannotRehearse, Interrupted.
// REQUIRES: a file has the version `through`, and no baseline stands for it.
Baseline fold(const SquashRequest& request, Throwaways& throwaways);

// The baselines of a folder, in order.
std::vector<const MigrationFile*> baselines_in(const std::vector<MigrationFile>& files);

// Versioned files that lie below a baseline and are not part of it: whoever has the baseline never runs them.
std::vector<const MigrationFile*> late_files(const std::vector<MigrationFile>& files);

}  // namespace drydock
