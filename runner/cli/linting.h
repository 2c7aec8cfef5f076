// What `drydock lint` reads: the migrations of the folder, or files that are named; and for which server. No database
// is opened.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "runner/cli/settings.h"
#include "runner/migration/migration.h"

namespace drydock {

// --dialect; else that of the address that a command would use, which may lack its password; else the one that all
// addresses in drydock.toml have. Throws Failure (exit 2) where none of them tells.
Dialect dialect_for_lint(const Settings& settings, const std::optional<std::string>& asked_for);

// Read as the folder's format reads it, where it is a migration there; else the text of the file as it is.
// Throws MigrationError.
std::vector<MigrationFile> files_named(const Settings& settings, Dialect dialect,
                                       const std::vector<std::string>& names);

struct LintedFile {
  std::string file;  // below the folder; as named
  std::string path;  // to be opened from here
  std::vector<Finding> findings;
};

// Files that are named together are deployed together; those of a folder one after the other.
enum class Deployment { together, one_by_one };
// Throws MigrationError.
std::vector<LintedFile> lint(const std::vector<MigrationFile>& files, Dialect dialect, const LintConfig& config,
                             Deployment deployment);

}  // namespace drydock
