#include "rehearsal/guard.h"

#include <algorithm>

#include "rehearsal/kept/safety_copies.h"
#include "rehearsal/observe/loss_watcher.h"

namespace drydock {

namespace {

const std::vector<Consent>& consents_of(const Step& step) { return step.migration.directives.consents; }

// Throws GuardRefusal for what the part lost without consent.
void judge_part(const Step& step, const Part&, const std::vector<Loss>& losses) {
  ObservedMigration observed;
  observed.id = step.migration.id();
  observed.name = step.migration.source.name;
  observed.file = step.migration.source.file;
  observed.checksum = step.migration.checksum.text;
  observed.losses = losses;
  JudgedMigration judged = judge_migration(observed, consents_of(step));
  if (judged.level != Level::rejected) return;
  const auto refused =
      std::count_if(judged.losses.begin(), judged.losses.end(), [](const JudgedLoss& loss) { return !loss.consented; });
  throw GuardRefusal(observed.file + ": the guard rolled the transaction back: " + std::to_string(refused) +
                         (refused == 1 ? " loss has" : " losses have") + " no consent in the migration",
                     std::move(judged));
}

class Guard final : public Watcher {
 public:
  Guard(Database& target, const GuardRequest& request)
      : request_(request), copies_(make_safety_copies(target, *request.plan)) {
    LossWatcher::Options options;
    options.keep_timeout = request.timeout;
    if (request.rehearsed) options.announced = *request.rehearsed;
    options.consented_without_bound = [&plan = *request.plan](const std::string& id, LossKind kind,
                                                              const ObjectName& object) {
      return has_unbounded_consent(plan, id, kind, object);
    };
    options.judge = judge_part;
    if (!request.plan->steps.empty()) options.last_id = request.plan->steps.back().migration.id();
    watcher_ = watch_losses(target, std::move(options));
  }

  void part_begins(Database& database, const Step& step, const Part& part) override {
    if (part.mode == Part::Mode::alone) refuse_unjudged(step, part);
    if (copies_) copies_->copy(step, part);
    watcher_->part_begins(database, step, part);
  }
  bool one_by_one(const Step& step, const Part& part) const override { return watcher_->one_by_one(step, part); }
  void before(Database& database, const Statement& statement) override { watcher_->before(database, statement); }
  Decision after(Database& database, const StatementRun& run) override { return watcher_->after(database, run); }
  std::string probe() const override { return watcher_->probe(); }
  Decision before_commit(Database& database, const Step& step, const Part& part, const Rows& probe) override {
    const Decision decision = watcher_->before_commit(database, step, part, probe);
    if (copies_ && decision == Decision::proceed) copies_->leave_what_was_lost();
    return decision;
  }
  void part_abandoned(Database& database, const Step& step, const Part& part) override {
    if (copies_) copies_->abandoned();
    watcher_->part_abandoned(database, step, part);
  }
  void part_done(Database& database, const Step& step, const Part& part) override {
    watcher_->part_done(database, step, part);
    if (!copies_) return;
    for (const KeptCopy& copy : copies_->committed())
      if (request_.on_kept) request_.on_kept(copy);
  }

 private:
  static bool has_unbounded_consent(const Plan& plan, const std::string& id, LossKind kind, const ObjectName& object) {
    for (const Step& step : plan.steps) {
      if (step.migration.id() != id) continue;
      for (const Consent& consent : consents_of(step)) {
        if (consent.kind == kind && consent.object == object && !consent.most_rows) return true;
      }
    }
    return false;
  }

  // Nothing could be rolled back of what runs outside a transaction: only a rehearsal can have judged it.
  void refuse_unjudged(const Step& step, const Part& part) const {
    const Statement& statement = step.migration.statements[part.statements.front()];
    if (request_.rehearsed || request_.target_was_empty || statement.traits.loses_nothing_outside) return;
    throw Refused(step.migration.source.file + ":" + std::to_string(statement.line) +
                  ": this statement runs outside a transaction, where nothing can be rolled back, and no rehearsal has "
                  "judged it; run `drydock migrate` with a rehearsal");
  }

  GuardRequest request_;
  std::unique_ptr<SafetyCopies> copies_;  // nullptr: no migration of the plan asks for one
  std::unique_ptr<LossWatcher> watcher_;
};

}  // namespace

std::unique_ptr<Watcher> make_guard(Database& target, const GuardRequest& request) {
  return std::make_unique<Guard>(target, request);
}

}  // namespace drydock
