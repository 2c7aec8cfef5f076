#include "runner/cli/releasing.h"

#include <algorithm>

#include "runner/cli/adopting.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/foreign_lock.h"

namespace drydock {
namespace {

void require_sound_history(Target& target) {
  if (target.state().rows.empty())
    throw Failure(ExitCode::conflict, target.url().display() +
                                          " has no history of drydock's that could be given back; nothing was changed");
  if (std::vector<Conflict> conflicts = target.conflicts(); !conflicts.empty())
    throw HistoryConflict(std::move(conflicts));
  for (const VersionState& each :
       version_states(target.files(), target.state().rows, target.url().dialect(), target.originals()))
    if (each.state == VersionState::State::failed)
      throw Failure(ExitCode::conflict, each.id +
                                            " is half applied, which no other tool could go on with; nothing was "
                                            "changed. Run `drydock migrate` first");
}

Release release_of(Target& target, const FoundHistory& found) {
  const ForeignHistory foreign = found.reader->read(target.database(), found.table);
  Release release = what_is_missing(*found.reader, foreign, target.state().rows, target.files(), target.originals());
  if (release.refusals.empty()) return release;
  std::string text = found.table.display() + " cannot be brought up to date; nothing was changed";
  for (const std::string& refusal : release.refusals) text += "\n\n" + refusal;
  throw Failure(ExitCode::conflict, text);
}

void write_rows(Target& target, const FoundHistory& found, const Release& release) {
  const std::vector<const MigrationFile*> files = adoptable_files(target.files(), target.originals());
  try {
    for (const std::string& statement : found.reader->write_back(
             target.database(), {.table = found.table, .files = files}, release.missing, release.newest))
      target.database().execute(statement);
  } catch (const CannotRelease& why) {
    throw Failure(ExitCode::conflict, "drydock cannot bring the history of " + std::string(found.reader->name()) +
                                          " up to date; nothing was changed: " + why.what());
  }
}

}  // namespace

Releasing look_at_release(Target& target, const WantedHistory& wanted) {
  require_sound_history(target);
  FoundHistory found = choose_history(target.database(), wanted);
  Release release = release_of(target, found);
  return {std::move(found), std::move(release)};
}

Releasing write_release(Target& target, const Settings& settings, const FoundHistory& found,
                        std::chrono::milliseconds wait, Terminal& terminal) {
  const std::unique_ptr<MigrationLock> lock = lock_to_adopt(target, settings, wait, terminal);
  const ForeignLock foreign_lock(settings.direct_database(), found, wait);
  require_sound_history(target);
  Database& database = target.database();
  database.begin();
  try {
    require_foreign_lock(database, found);
    Release release = release_of(target, found);
    if (!release.missing.empty()) write_rows(target, found, release);
    database.commit();
    return {found, std::move(release)};
  } catch (...) {
    database.rollback();
    throw;
  }
}

}  // namespace drydock
