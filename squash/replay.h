// A history, run from its beginning in an empty database by the one apply() there is.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

#include "runner/migration/migration.h"
#include "squash/throwaway.h"

namespace drydock {

// A history cannot be folded, or a proof fails: exit 4. what() says why, what state the files are in and what to do.
struct SquashRefused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// In the order given, each parsed. Throws MigrationError.
std::vector<Migration> parse_all(const std::vector<MigrationFile>& files, Dialect dialect);

// Runs the migrations in an empty database that was made for them. Throws SquashRefused with the file and line of what
// failed, Interrupted. Two databases may be replayed in by two threads at once.
void replay_in(ThrowawayDatabase& made, const std::vector<Migration>& migrations);

// An empty database in which the migrations have run. Throws CannotRehearse too.
std::unique_ptr<ThrowawayDatabase> replay(const std::vector<Migration>& migrations, Throwaways& throwaways);

}  // namespace drydock
