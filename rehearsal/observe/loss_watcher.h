// The watcher that finds losses, for the shadow and for the target's guard alike: by outcome, exactly, in the migration's
// own transaction, before its COMMIT. One implementation per database: postgres_loss_watcher.cc, sqlite_loss_watcher.cc.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/observation.h"
#include "runner/apply/watcher.h"

namespace drydock {

class LossWatcher : public Watcher {
 public:
  // The losses of the part that is about to be committed. May throw Refused.
  using Judge = std::function<void(const Step&, const Part&, const std::vector<Loss>&)>;

  struct Options {
    bool on_shadow = false;
    // on a shadow: what was there before the plan is remembered through the plan (rule 8), statements come one by one
    // and are attributed. On a target: state before the part.
    std::chrono::milliseconds keep_timeout{0};  // how long keeping a candidate may take; 0: any time
    // Tables that a rehearsal saw touched, by migration id: they are locked and kept before the first statement, so
    // that the migration runs once.
    std::vector<std::pair<std::string, std::string>> announced;  // (migration id, table as in ObjectName::text())
    // (kind, object, migration id) whose consent has no bound: not counted on a target.
    std::function<bool(const std::string& id, LossKind, const ObjectName&)> consented_without_bound;
    Judge judge;
  };

  // Per migration id: what was seen, in the order of the plan.
  virtual const std::vector<ObservedMigration>& observed() const = 0;
  // Tables that were candidates, by migration id: what the guard is told as `announced`.
  virtual const std::vector<std::pair<std::string, std::string>>& touched() const = 0;
};

// REQUIRES: the database is the one that apply() is then called with; nothing of the plan has run.
std::unique_ptr<LossWatcher> watch_losses(Database& database, LossWatcher::Options options);

}  // namespace drydock
