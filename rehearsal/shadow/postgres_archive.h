// The source's schema as pg_dump's archive, with its rows where it is to stay as a backup, and its restore by
// pg_restore in sections: what tables need before their rows come, and what is made faster after (indexes, constraints,
// triggers).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/shadow/postgres_binaries.h"
#include "rehearsal/shadow/postgres_source.h"
#include "rehearsal/shadow/shadow.h"

namespace drydock {

class PostgresArchive {
 public:
  // Dumps the schema on the source's snapshot, into files in `directory`; with `kept` everything into that file, which
  // is its owner's alone. Throws CannotRehearse, Interrupted.
  PostgresArchive(PostgresSource& source, const PostgresBinaries& binaries, std::filesystem::path directory,
                  const std::optional<std::filesystem::path>& kept = std::nullopt);

  // Leaves out what belongs to these extensions themselves, and how foreign servers are logged in to.
  void leave_out(const std::vector<std::string>& extensions);
  // Leaves out the triggers of `protect`, which let nobody but the target's own runner through.
  void leave_out_protection();

  enum class Ownership { kept, dropped };  // dropped: everything is the restoring role's, without grants
  enum class Section { before_rows, rows, after_rows, event_triggers };  // rows: of what is kept
  // What pg_restore says where it fails is thrown as CannotRehearse, without values.
  void restore(Section section, const DatabaseUrl& shadow, Ownership ownership);

  bool has(Section section) const { return !entries(section).empty(); }
  bool holds_rows() const { return holds_rows_; }

 private:
  std::vector<std::string> entries(Section section) const;
  // `what` could not be done: a full disk is told as such, anything else by the program's errors.
  CannotRehearse failure(const std::string& what, const std::filesystem::path& output) const;

  PostgresBinaries binaries_;
  std::filesystem::path directory_, file_;
  bool holds_rows_;
  std::int64_t needed_bytes_;          // on the shadow's disk
  std::vector<std::string> contents_;  // pg_restore --list, what is left out aside
};

}  // namespace drydock
