#include "runner/history/adopt/release.h"

#include <algorithm>
#include <map>

#include "runner/history/adopt/adoption.h"

namespace drydock {
namespace {

// Where the last part of an id is applied, the time of it; by significant digits. What a baseline replaced is applied
// with it.
std::map<std::string, std::string, std::less<>> applied_times(const std::vector<HistoryRow>& rows) {
  std::map<std::string, std::string, std::less<>> times;
  for (const HistoryRow& row : rows) {
    if (row.state != HistoryRow::State::applied || !row.last) continue;
    times[std::string(significant_digits(row.id))] = row.applied_at;
    for (const ReplacedVersion& replaced : row.replaces)
      times.emplace(std::string(replaced.version.significant()), row.applied_at);
  }
  return times;
}

}  // namespace

Release what_is_missing(const AdoptReader& reader, const ForeignHistory& foreign, const std::vector<HistoryRow>& rows,
                        const std::vector<MigrationFile>& files, const std::vector<MigrationFile>& originals) {
  Release release;
  const std::vector<const MigrationFile*> all = adoptable_files(files, originals);
  auto times = applied_times(rows);
  for (const MigrationFile* file : all) {
    const bool repeatable = file->kind == MigrationKind::repeatable;
    const auto applied = times.find(repeatable ? id_of(*file) : std::string(file->version.significant()));
    if (applied == times.end()) continue;
    const ReleasedVersion version{file, applied->second};
    times.erase(applied);
    if (repeatable && !reader.keeps_repeatables()) continue;
    if (!repeatable) release.newest = version;
    if (!is_told(foreign, *file, all)) release.missing.push_back(version);
  }
  for (const ForeignRow& row : foreign.rows)
    if (row.state != ForeignRow::State::applied)
      release.refusals.push_back(std::string(reader.name()) + " records " + row.label +
                                 " as not run to its end: mend that with it first");
  for (const auto& [id, time] : times)
    if (!id.starts_with(repeatable_prefix))
      release.refusals.push_back("drydock has applied " + id +
                                 ", and no file in the folder is of that version, so that it is not known how " +
                                 std::string(reader.name()) + " would record it: restore the file");
  return release;
}

}  // namespace drydock
