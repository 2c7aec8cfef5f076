// What a command finds before it does anything: the files, the target, its history, and that it is the one that is
// meant.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runner/cli/settings.h"
#include "runner/database/database.h"
#include "runner/formats/format.h"
#include "runner/history/history.h"
#include "runner/plan/plan.h"
#include "runner/plan/undo_plan.h"

namespace drydock {

// The folder's format. Throws Failure (exit 2) for an unknown name.
const Format& format_of(const Settings& settings);
// The migrations of the settings' folder, for a target of that kind. Throws MigrationError, Failure.
std::vector<MigrationFile> read_folder(const Settings& settings, Dialect dialect);
// The undo script of a migration of that folder. Throws MigrationError, which names the file to write where it has
// none.
MigrationFile undo_script_of(const Settings& settings, const MigrationFile& migration);

class Target {
 public:
  // Reads the files, opens the target, reads its history and checks its identity. A SQLite file that is not there yet
  // counts as an empty database and is not made. Throws what any of them throws.
  // Files::none: for another tool's command, whose migrations drydock does not read.
  enum class Files { read, none };
  Target(const Settings& settings, OpenOptions::Access access, const std::string& application,
         Files files = Files::read);

  const std::vector<MigrationFile>& files() const { return files_; }
  // What the folder's baselines have replaced; empty where it holds no baseline.
  const std::vector<MigrationFile>& originals() const { return originals_; }
  // By MigrationFile::file, among both. nullptr where there is none.
  const MigrationFile* file_named(const std::string& name) const;
  const TargetState& state() const { return state_; }
  const DatabaseUrl& url() const { return url_; }
  // Whether the database is there at all: a SQLite file may be missing.
  bool exists() const { return database_ != nullptr; }
  // REQUIRES: exists().
  Database& database() { return *database_; }

  // Makes the SQLite file where there is none.
  void create_file();
  // Reads the history once more, as another runner may have moved it on, or made the file.
  void read_again();
  // Opens the session anew under the name by which the next runner finds it, should this one be killed (see
  // applying_session); and under the command's own name again.
  // REQUIRES: the migrate lock is held, from open_to_apply() to open_to_look() or the end of this object.
  void open_to_apply();
  void open_to_look();
  // Whether a table of the user's holds a row. Asks the server each time.
  bool holds_rows();

  // Files against history, and a baseline against what the database holds. Throws HistoryConflict with the diffs of
  // what was changed.
  Plan plan(const std::optional<Version>& to = std::nullopt);
  // What an undo of that range sets out to take back, and the plan that does it. Throws as plan() does.
  std::vector<Version> versions_to_undo(const UndoRange& range) const;
  Plan undo_plan(const std::vector<Version>& versions, const Settings& settings);
  // The conflicts as a value; empty where there are none.
  std::vector<Conflict> conflicts();

 private:
  void require_schema();
  void read_baselines(const Settings& settings);
  PlanResult result(const std::optional<Version>& to);
  Plan accepted(PlanResult made);
  void add_diffs(std::vector<Conflict>& conflicts);
  void open_as(const std::string& application, const std::string& session_sql);

  DatabaseUrl url_;
  std::string application_;
  OpenOptions options_;
  bool passes_over_other_tools_;
  std::string foreign_table_;  // Settings: adopt_table
  std::vector<MigrationFile> files_, originals_;
  std::unique_ptr<Database> database_;
  TargetState state_;
};

// --to. Throws Failure (exit 2) where it is no version, or none of the files has it.
std::optional<Version> version_asked_for(const std::string& text, const std::vector<MigrationFile>& files);

}  // namespace drydock
