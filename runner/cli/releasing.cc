#include "runner/cli/releasing.h"

#include <algorithm>

#include "runner/cli/adopting.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/foreign_lock.h"
#include "runner/plan/recorded.h"

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

// What a baseline replaced is applied with it.
OwnRecord own_record(const std::vector<HistoryRow>& rows) {
  const RecordedHistory history = gather(rows);
  OwnRecord own;
  for (const auto& [key, recorded] : history.migrations) {
    if (recorded.complete())
      own.applied[std::string(key)] = {recorded.newest_applied->applied_at, recorded.newest_applied->checksum.text};
    else if (recorded.newest_applied == nullptr && recorded.newest->kind == to_string(MigrationKind::undo))
      own.taken_back.emplace(key);
  }
  for (const auto& [key, replaced] : history.replaced)
    own.applied.try_emplace(std::string(key), OwnRecord::Applied{replaced.baseline->newest_applied->applied_at, ""});
  return own;
}

Release release_of(Target& target, const FoundHistory& found) {
  const ForeignHistory foreign = found.reader->read(target.database(), found.table);
  Release release = what_is_missing(*found.reader, found.table, foreign, own_record(target.state().rows),
                                    target.files(), target.originals());
  if (release.refusals.empty()) return release;
  std::string text = found.table.display() + " cannot be brought up to date; nothing was changed";
  for (const std::string& refusal : release.refusals) text += "\n\n" + refusal;
  throw Failure(ExitCode::conflict, text);
}

void write_rows(Target& target, const FoundHistory& found, const Release& release) {
  const std::vector<const MigrationFile*> files = adoptable_files(target.files(), target.originals());
  const ChecksumContext context{.table = found.table, .files = files};
  try {
    // From the last on: a row may be referred to by the one behind it.
    for (auto file = release.taken_back.rbegin(); file != release.taken_back.rend(); ++file)
      for (const std::string& statement : found.reader->take_out(target.database(), context, **file))
        target.database().execute(statement);
    if (release.missing.empty() && !found.reader->points()) return;
    for (const std::string& statement :
         found.reader->write_back(target.database(), context, release.missing, release.newest))
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
    if (!release.empty()) write_rows(target, found, release);
    database.commit();
    return {found, std::move(release)};
  } catch (...) {
    database.rollback();
    throw;
  }
}

}  // namespace drydock
