// Where every version stands, as `status` shows it.
#include "runner/plan/standing.h"

namespace drydock {
namespace {

std::string kind_of(const Standing& standing) {
  if (standing.is_baseline()) return "baseline";
  if (standing.recorded && standing.recorded->run) return standing.recorded->run->kind;
  return standing.is_versioned() ? "migration" : "repeatable";
}

VersionState state_of(const Standing& standing) {
  VersionState result{.state = standing.state,
                      .id = standing.id(),
                      .name = standing.name(),
                      .file = standing.file ? standing.file->file : "",
                      .kind = kind_of(standing),
                      .applied_at = {},
                      .checksum = standing.file       ? standing.file->text_checksum
                                  : standing.replaced ? standing.replaced->checksum
                                                      : "",
                      .text_only_changed = standing.text_only_changed};
  if (standing.recorded && standing.recorded->newest_applied) {
    const Recorded& recorded = *standing.recorded;
    // A repair tells what was found out later, not when the migration ran.
    result.applied_at = (recorded.run ? recorded.run : recorded.newest_applied)->applied_at;
    result.checksum = recorded.newest_applied->checksum.text;
  }
  return result;
}

}  // namespace

std::string_view to_string(VersionState::State state) {
  switch (state) {
    case VersionState::State::applied:
      return "applied";
    case VersionState::State::pending:
      return "pending";
    case VersionState::State::changed:
      return "changed";
    case VersionState::State::missing:
      return "missing";
    case VersionState::State::out_of_order:
      return "out-of-order";
    case VersionState::State::failed:
      return "failed";
    case VersionState::State::replaced:
      return "replaced";
  }
  return "";
}

std::vector<VersionState> version_states(const std::vector<MigrationFile>& files,
                                         const std::vector<HistoryRow>& history, Dialect dialect,
                                         std::span<const MigrationFile> originals) {
  const RecordedHistory recorded = gather(history);
  const BaselineDecision decision = decide(files, originals, recorded, dialect);
  std::vector<VersionState> result;
  for (const Standing& standing : stand(files, recorded, decision, dialect)) result.push_back(state_of(standing));
  return result;
}

}  // namespace drydock
