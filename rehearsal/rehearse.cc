#include "rehearsal/rehearse.h"

#include <algorithm>
#include <optional>

#include "rehearsal/observe/loss_watcher.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace {

// Why the shadow proves nothing; empty where it holds what the source holds.
std::string vacuous_because(const Shadow& shadow, bool target_holds_rows) {
  const Census& source = shadow.source_census();
  const Census& copy = shadow.shadow_census();
  if (source.rows_by_table != copy.rows_by_table) {
    const auto differing = std::mismatch(source.rows_by_table.begin(), source.rows_by_table.end(),
                                         copy.rows_by_table.begin(), copy.rows_by_table.end());
    const std::string table = differing.first != source.rows_by_table.end()  ? differing.first->first
                              : differing.second != copy.rows_by_table.end() ? differing.second->first
                                                                             : "";
    return "the shadow does not hold the rows that the source holds, beginning with table " + table;
  }
  if (source.rows != copy.rows || source.tables != copy.tables) {
    return "the shadow holds " + std::to_string(copy.tables) + " tables with " + std::to_string(copy.rows) +
           " rows, the source " + std::to_string(source.tables) + " with " + std::to_string(source.rows);
  }
  if (target_holds_rows && copy.rows == 0) return "the target holds rows and the source that was cloned holds none";
  return {};
}

// How a plan ended that did not run to its end; `failed_on` and `sqlstate` where a server said so.
struct Failed {
  std::string id, message;
  int line = 0;
  std::string sqlstate;
  ErrorObjects failed_on;
};

void note_failure(std::vector<ObservedMigration>& migrations, const Plan& plan, const Failed& failure) {
  auto failed = std::find_if(migrations.begin(), migrations.end(),
                             [&](const ObservedMigration& m) { return m.id == failure.id; });
  if (failed == migrations.end()) {
    ObservedMigration observed;
    observed.id = failure.id;
    for (const Step& step : plan.steps) {
      if (step.migration.id() != failure.id) continue;
      observed.name = step.migration.source.name;
      observed.file = step.migration.source.file;
      observed.checksum = step.migration.checksum.text;
    }
    failed = migrations.insert(migrations.end(), std::move(observed));
  }
  failed->losses.clear();
  failed->error = failure.message;
  failed->error_line = failure.line;
  failed->sqlstate = failure.sqlstate;
  failed->failed_on = failure.failed_on;
}

std::vector<std::vector<Consent>> consents_of(const Plan& plan, const Observation& observation) {
  std::vector<std::vector<Consent>> consents;
  for (const ObservedMigration& migration : observation.migrations) {
    consents.emplace_back();
    for (const Step& step : plan.steps) {
      // A baseline that is only recorded shares the id of the last migration that it replaces.
      if (step.migration.id() == migration.id && step.action == Step::Action::run)
        consents.back() = step.migration.directives.consents;
    }
  }
  return consents;
}

// What the rules find in the migrations that were run, beside what was measured of them. A plan is one deployment: what
// its first migrations make is new to all of them.
void add_findings(Observation& observation, const Plan& plan, const RehearseRequest& request, const Shadow& shadow) {
  RuleReader rules(request.clone.source.dialect(), request.ignored_rules);
  for (const Step& step : plan.steps) {
    if (step.action != Step::Action::run) continue;
    const auto observed = std::ranges::find(observation.migrations, step.migration.id(), &ObservedMigration::id);
    if (observed == observation.migrations.end()) continue;
    observed->findings = rules.read(step.migration, step.parts, {*observed, shadow.source_census().rows_by_table});
  }
}

// Passes on what it hears, and lets the visitor look before each migration.
class VisitedProgress final : public ProgressListener {
 public:
  VisitedProgress(ProgressListener* listener, ShadowVisitor& visitor, Shadow& shadow)
      : listener_(listener), visitor_(visitor), shadow_(shadow) {}

  void migration_begins(const Step& step, std::size_t index, std::size_t count) override {
    visitor_.before(shadow_, step);
    if (listener_) listener_->migration_begins(step, index, count);
  }
  void migration_done(const Step& step, double seconds) override {
    if (listener_) listener_->migration_done(step, seconds);
  }
  void statement_runs(const Step& step, const Statement& statement, double seconds, const std::string& waits) override {
    if (listener_) listener_->statement_runs(step, statement, seconds, waits);
  }
  void lock_retry(const Step& step, int attempt, std::chrono::milliseconds pause,
                  const std::string& blockers) override {
    if (listener_) listener_->lock_retry(step, attempt, pause, blockers);
  }

 private:
  ProgressListener* listener_;
  ShadowVisitor& visitor_;
  Shadow& shadow_;
};

// Runs the plan on the shadow to its end, or to the migration that fails.
Observation observe(const Plan& plan, Shadow& shadow, const RehearseRequest& request, Rehearsal& rehearsal) {
  Database& database = shadow.database();
  History history(database);
  history.create();
  LossWatcher::Options options;
  options.on_shadow = true;
  options.last_id = plan.steps.empty() ? "" : plan.steps.back().migration.id();
  const std::unique_ptr<LossWatcher> watcher = watch_losses(database, std::move(options));
  ApplyOptions apply_options = request.apply;
  apply_options.lock = nullptr;
  apply_options.run_as_superuser = shadow.superuser();
  std::optional<VisitedProgress> visited;
  if (request.visitor) {
    visited.emplace(apply_options.progress, *request.visitor, shadow);
    apply_options.progress = &*visited;
  }
  Observation observation;
  std::optional<Failed> failed;
  std::vector<MigrationRun> runs;
  try {
    runs = apply(plan, database, history, *watcher, apply_options);
  } catch (const ApplyFailure& failure) {
    failed = {failure.id, failure.what(), failure.line, failure.sqlstate, failure.objects};
  } catch (const Refused& refused) {
    failed = {watcher->observed().empty() ? "" : watcher->observed().back().id, refused.what(), 0, "", {}};
  }
  observation.migrations = watcher->observed();
  for (ObservedMigration& migration : observation.migrations) {
    for (const MigrationRun& run : runs) {
      if (run.id == migration.id) migration.seconds += run.seconds;
    }
  }
  if (failed) note_failure(observation.migrations, plan, *failed);
  rehearsal.touched = watcher->touched();
  if (request.visitor && !failed) request.visitor->behind_the_last(shadow);
  return observation;
}

}  // namespace

Rehearsal rehearse_on_shadow(const RehearseRequest& request, std::vector<std::string> ids, std::string hash,
                             const OnShadow& on_shadow) {
  const auto start = std::chrono::steady_clock::now();
  Rehearsal rehearsal;
  rehearsal.plan_hash = std::move(hash);
  rehearsal.source = request.clone.source.display();
  rehearsal.migrations = std::move(ids);

  const std::unique_ptr<Shadow> shadow = make_shadow(request.clone, request.provider);
  rehearsal.source_census = shadow->source_census();
  rehearsal.shadow_census = shadow->shadow_census();
  rehearsal.provider = shadow->provider();
  rehearsal.taken_at = shadow->taken_at();
  rehearsal.place = shadow->place();
  rehearsal.shadow_seconds = shadow->seconds();
  rehearsal.notes = shadow->notes();
  rehearsal.kept = shadow->kept_backup();

  const std::string vacuous = vacuous_because(*shadow, request.target_holds_rows);
  if (!vacuous.empty()) {
    rehearsal.verdict.level = Level::vacuous;
    rehearsal.verdict.vacuous_because = vacuous;
  } else {
    rehearsal.verdict = on_shadow(*shadow, rehearsal);
  }
  rehearsal.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return rehearsal;
}

Rehearsal rehearse(const Plan& plan, const RehearseRequest& request) {
  RehearseRequest with_plan = request;
  with_plan.clone.plan = &plan;
  std::vector<std::string> ids;
  for (const Step& step : plan.steps) ids.push_back(step.migration.id());
  return rehearse_on_shadow(with_plan, std::move(ids), plan.hash(), [&](Shadow& shadow, Rehearsal& rehearsal) {
    Observation observation = observe(plan, shadow, request, rehearsal);
    add_findings(observation, plan, request, shadow);
    return judge(observation, consents_of(plan, observation));
  });
}

}  // namespace drydock
