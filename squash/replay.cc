#include "squash/replay.h"

#include "runner/apply/apply.h"

namespace drydock {

namespace {

Plan plan_of(const std::vector<Migration>& migrations, Dialect dialect) {
  Plan plan;
  for (const Migration& migration : migrations) {
    Step step;
    step.migration = migration;
    step.parts = cut_into_parts(migration, dialect);
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

}  // namespace

std::vector<Migration> parse_all(const std::vector<MigrationFile>& files, Dialect dialect) {
  std::vector<Migration> migrations;
  for (const MigrationFile& file : files) migrations.push_back(parse_migration(file, dialect));
  return migrations;
}

void replay_in(ThrowawayDatabase& made, const std::vector<Migration>& migrations) {
  Database& database = made.migrator();
  History history(database);
  history.create();
  NullWatcher watcher;
  ApplyOptions options;
  options.record.applied_by = "drydock squash";
  options.run_as_superuser = made.superuser();
  try {
    apply(plan_of(migrations, database.dialect()), database, history, watcher, options);
  } catch (const ApplyFailure& failure) {
    throw SquashRefused(std::string("replayed in an empty database, a migration fails: ") + failure.what());
  }
}

std::unique_ptr<ThrowawayDatabase> replay(const std::vector<Migration>& migrations, Throwaways& throwaways) {
  std::unique_ptr<ThrowawayDatabase> made = throwaways.make(migrations);
  replay_in(*made, migrations);
  return made;
}

}  // namespace drydock
