#include "runner/plan/plan.h"

#include "runner/plan/conflicts.h"
#include "runner/plan/standing.h"

namespace drydock {
namespace {

bool is_to_run(const Standing& standing, const PlanOptions& options) {
  if (standing.state != VersionState::State::pending && standing.state != VersionState::State::failed) return false;
  return !options.to || !standing.is_versioned() || standing.version() <= *options.to;
}

// REQUIRES: no conflict was found in it; what is applied of a versioned migration is then the beginning of the file's.
Step step_of(const Standing& standing, Dialect dialect) {
  Step step;
  step.migration = parse_migration(*standing.file, dialect);
  step.parts = cut_into_parts(step.migration, dialect);
  if (standing.recorded) {
    if (standing.is_versioned()) step.first_part = standing.recorded->applied_parts();
    step.attempt = standing.recorded->next_attempt(step.first_part);
  }
  return step;
}

}  // namespace

std::string Plan::hash() const {
  std::string content;
  for (const Step& step : steps) {
    content += step.migration.id() + ' ' + step.migration.checksum.text + ' ' + std::to_string(step.first_part) + '\n';
  }
  return sha256(content);
}

PlanResult make_plan(const std::vector<MigrationFile>& files, const std::vector<HistoryRow>& history, Dialect dialect,
                     const PlanOptions& options) {
  const RecordedById recorded = gather(history);
  const std::vector<Standing> standings = stand(files, recorded, dialect);

  // All contradictions at once, so that a person does not meet them one by one.
  std::vector<Conflict> conflicts = find_conflicts(standings, highest_applied(recorded), dialect);
  if (!conflicts.empty()) return conflicts;

  Plan plan;
  for (const Standing& standing : standings) {
    if (is_to_run(standing, options)) plan.steps.push_back(step_of(standing, dialect));
  }
  plan.based_on.history = fingerprint_of(history);
  return plan;
}

}  // namespace drydock
