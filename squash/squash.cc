#include "squash/squash.h"

#include <algorithm>
#include <future>

#include "runner/sql/joined.h"
#include "squash/baseline_writer.h"
#include "squash/difference.h"
#include "squash/snapshot.h"
#include "squash/varying.h"

namespace drydock {

namespace {

constexpr const char* nothing_touched = "; no file was touched";

bool stands_for(const MigrationFile& file, const Version& version) {
  return file.baseline && file.baseline->find(version) != nullptr;
}

std::vector<MigrationFile> history_through(const SquashRequest& request) {
  std::vector<MigrationFile> history;
  for (const MigrationFile& file : request.files)
    if (file.kind != MigrationKind::repeatable && file.version <= request.through) history.push_back(file);
  return history;
}

void refuse_late_files(const std::vector<MigrationFile>& files) {
  const std::vector<const MigrationFile*> late = late_files(files);
  if (late.empty()) return;
  throw SquashRefused(late.front()->file +
                      " has a version below a baseline that does not hold it: databases that have the baseline would "
                      "never run it" +
                      nothing_touched +
                      ". Give it the next version (`drydock new` says which), then run the command again");
}

// Those inside an earlier baseline as that has them.
std::vector<ReplacedVersion> replaced_by(const std::vector<Migration>& history) {
  std::vector<ReplacedVersion> replaced;
  for (const Migration& migration : history) {
    if (const std::optional<BaselineHeader>& inner = migration.source.baseline)
      replaced.insert(replaced.end(), inner->replaces.begin(), inner->replaces.end());
    else
      replaced.push_back({migration.source.version, migration.checksum.tokens, migration.source.name});
  }
  return replaced;
}

void refuse_variation(const Variation& variation) {
  if (!variation.other.empty())
    throw SquashRefused("two replays of the migrations do not come out equal" + std::string(nothing_touched) + ":\n" +
                        variation.other +
                        "A history can be folded once each of its migrations does the same every time.");
  if (!variation.columns.empty()) {
    std::string options;
    for (const std::string& column : variation.columns) options += " --accept-varying '" + column + "'";
    throw SquashRefused(
        "the migrations write values that are others with each run (a time, a random number, a uuid) into " +
        joined(variation.columns) + nothing_touched +
        ". Write fixed values in a migration, or keep those of one replay in the baseline with" + options);
  }
  if (!variation.tables.empty())
    throw SquashRefused("two replays of the migrations put the same values into other rows of " +
                        joined(variation.tables) + nothing_touched +
                        ". A history can be folded once each of its migrations does the same every time.");
}

MigrationFile file_of(const Baseline& baseline) {
  MigrationFile file;
  file.kind = MigrationKind::baseline;
  file.baseline = baseline.header;
  file.version = baseline.header.through;
  file.name = "baseline";
  file.path = file.file = baseline.file_name;
  file.text = baseline.text;
  file.text_checksum = sha256(baseline.text);
  return file;
}

// The proof.
void require_equal(const Baseline& baseline, const Snapshot& originals, Dialect dialect, Throwaways& throwaways) {
  std::unique_ptr<ThrowawayDatabase> replayed;
  try {
    require_harmless_baseline(file_of(baseline), dialect);
    replayed = replay({parse_migration(file_of(baseline), dialect)}, throwaways);
  } catch (const SquashRefused& failure) {
    throw SquashRefused("the baseline could not be proved" + std::string(nothing_touched) + ": " + failure.what());
  }
  const std::vector<Difference> found = differences(originals, take_snapshot(replayed->reader()));
  if (!found.empty())
    throw SquashRefused("the baseline does not bring about what the migrations do" + std::string(nothing_touched) +
                        ":\n" + describe(found, "the migrations", "the baseline") +
                        "Squash through an earlier version, before the migration that makes what differs.");
}

std::string text_of(const BaselineHeader& header, const std::string& sql) {
  return compose(header) + (sql.starts_with('\n') || sql.empty() ? "" : "\n") + sql;
}

}  // namespace

std::vector<const MigrationFile*> baselines_in(const std::vector<MigrationFile>& files) {
  std::vector<const MigrationFile*> found;
  for (const MigrationFile& file : files)
    if (file.baseline) found.push_back(&file);
  return found;
}

std::vector<const MigrationFile*> late_files(const std::vector<MigrationFile>& files) {
  std::vector<const MigrationFile*> late;
  for (const MigrationFile* baseline : baselines_in(files))
    for (const MigrationFile& file : files)
      if (file.kind == MigrationKind::versioned && file.version < baseline->version &&
          !stands_for(*baseline, file.version))
        late.push_back(&file);
  return late;
}

const MigrationFile* baseline_with(const std::vector<MigrationFile>& files, const Version& version) {
  for (const MigrationFile* baseline : baselines_in(files))
    if (stands_for(*baseline, version)) return baseline;
  return nullptr;
}

Baseline fold(const SquashRequest& request, Throwaways& throwaways) {
  refuse_late_files(request.files);

  Baseline baseline;
  baseline.replaced = history_through(request);
  const std::vector<Migration> history = parse_all(baseline.replaced, request.dialect);
  // Both databases are made by this thread, which forks their servers; the replays have nothing in common.
  const std::unique_ptr<ThrowawayDatabase> replayed = throwaways.make(history), other = throwaways.make(history);
  std::future<Snapshot> beside = std::async(std::launch::async, [&] {
    replay_in(*other, history);
    return take_snapshot(other->reader());
  });
  replay_in(*replayed, history);
  const Snapshot first = take_snapshot(replayed->reader());
  const Snapshot second = beside.get();
  baseline.kept = variation_between(first, second).columns;
  refuse_variation(variation_between(without_columns(first, request.accept_varying),
                                     without_columns(second, request.accept_varying)));

  const BaselineText written = write_baseline(*replayed);
  if (!written.notes.empty())
    throw SquashRefused("what the migrations bring about cannot be written as a baseline" +
                        std::string(nothing_touched) + ": " + joined(written.notes));
  baseline.header = {.through = history.back().source.version,
                     .schema_hash = first.schema_hash(),
                     .data_hash = first.data_hash(),
                     .replaces = replaced_by(history),
                     .proved_on = throwaways.server(),
                     .upgrade_hint = request.upgrade_hint};
  baseline.file_name = baseline.header.through.text() + "_baseline.sql";
  baseline.text = text_of(baseline.header, written.sql);
  require_equal(baseline, first, request.dialect, throwaways);
  return baseline;
}

}  // namespace drydock
