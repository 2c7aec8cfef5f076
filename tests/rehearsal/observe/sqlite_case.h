// A verdict case (tests/rehearsal/observe/sqlite_losses.cases) and what the loss watcher makes of it: the harness runs
// the changes as apply() does, on a file of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rehearsal/observe/sqlite_loss_watcher.h"

namespace drydock {

struct SqliteCase {
  std::string name, verdict, schema, data;
  std::vector<std::string> losses, changes;  // a loss is "KIND OBJECT ROWS"
};

std::vector<SqliteCase> read_sqlite_cases(const std::filesystem::path& file);

struct SqliteOutcome {
  std::string verdict;              // safe, consented, rejected, failed (refused ones too)
  std::vector<std::string> losses;  // sorted
  std::string error;
  std::vector<Loss> measured;
};

enum class RunAs { shadow, target };
// Runs to the end, whatever is lost, as a rehearsal does; on a target too.
SqliteOutcome run_sqlite_case(const SqliteCase& one, RunAs as);

}  // namespace drydock
