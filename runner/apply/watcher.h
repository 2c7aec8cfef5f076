// What apply() tells whoever watches it, and what the watcher may answer. The rehearsal's observer and the guard are
// watchers; without one (NullWatcher) apply() just runs.
#pragma once

#include <stdexcept>
#include <string>

#include "runner/database/database.h"
#include "runner/plan/plan.h"

namespace drydock {

// The watcher refuses what the transaction did: apply() rolls back and lets it through (exit 3).
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class Watcher {
 public:
  enum class Decision {
    proceed,
    again,  // after a statement: run it once more; before a commit: roll back, and run the part once more
  };
  virtual ~Watcher() = default;

  // The order of calls for each part: part_begins, (before, after)*, before_commit, part_done. After `again` from
  // before_commit, or after a lock_timeout, it starts over with part_begins. part_abandoned says that a try was rolled
  // back. For a part with mode `alone` there is no transaction, and before_commit is not called.

  // The transaction is open (BEGIN may not have been sent yet: a first query sends it).
  virtual void part_begins(Database&, const Step&, const Part&) {}
  // Whether the statements of this part have to come one by one, with before() and after() for each.
  virtual bool one_by_one(const Step&, const Part&) const { return false; }
  virtual void before(Database&, const Statement&) {}
  virtual Decision after(Database&, const StatementRun&) { return Decision::proceed; }
  // A query of the watcher's that travels with the part's last statements; "" for none. Its rows go to before_commit.
  virtual std::string probe() const { return {}; }
  // All statements and the record are done, constraints are checked (SET CONSTRAINTS ALL IMMEDIATE). May throw Refused.
  virtual Decision before_commit(Database&, const Step&, const Part&, const Rows& /*probe*/) {
    return Decision::proceed;
  }
  virtual void part_abandoned(Database&, const Step&, const Part&) {}
  // Committed; for `alone`, run and recorded.
  virtual void part_done(Database&, const Step&, const Part&) {}
};

class NullWatcher : public Watcher {};

}  // namespace drydock
