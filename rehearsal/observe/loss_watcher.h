// The watcher that finds losses, for the shadow and for the target's guard alike: by outcome, exactly, in the
// migration's own transaction, before its COMMIT. One implementation per database: postgres_loss_watcher.cc,
// sqlite_loss_watcher.cc.
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

// A table that a rehearsal saw touched in a way that had to be judged: what the guard keeps before the first statement.
struct TouchedTable {
  std::string id;  // of the migration
  int part = 0;
  std::string table;  // ObjectName::text(), as named before the part
  bool rows = true;   // its rows have to be compared; otherwise its rows and these columns' values are only counted
  std::vector<std::string> columns;
  std::string lock_mode;  // PostgreSQL: the strongest lock that the part took on it
};

class LossWatcher : public Watcher {
 public:
  // The losses of the part that is about to be committed. May throw Refused.
  using Judge = std::function<void(const Step&, const Part&, const std::vector<Loss>&)>;

  struct Options {
    bool on_shadow = false;
    // on a shadow: what was there before the plan is remembered through the plan (rule 8), statements come one by one
    // and are attributed. On a target: state before the part.
    std::chrono::milliseconds keep_timeout{0};  // how long keeping a candidate may take; 0: any time
    // What a rehearsal saw touched: locked and kept before the first statement, so that the migration runs once.
    std::vector<TouchedTable> announced;
    // The plan's last migration, after which nothing has to be remembered.
    std::string last_id;
    // Whether a loss has a consent without a bound: then it is not counted on a target. May be empty.
    std::function<bool(const std::string& id, LossKind, const ObjectName&)> consented_without_bound;
    Judge judge;
  };

  // Per migration id: what was seen, in the order of the plan.
  virtual const std::vector<ObservedMigration>& observed() const = 0;
  virtual const std::vector<TouchedTable>& touched() const = 0;
};

// REQUIRES: the database is the one that apply() is then called with; nothing of the plan has run.
std::unique_ptr<LossWatcher> watch_losses(Database& database, LossWatcher::Options options);

}  // namespace drydock
