// The guard: the watcher that protects the target's own transactions. It judges by the same rules and consents as a
// rehearsal, before each COMMIT, and refuses what no consent covers; that a plan was rehearsed allows nothing.
//
// With a rehearsal, the tables that it saw touched are locked and kept before the first statement, so that the
// migration runs once. Without one, a part with candidates is rolled back, they are locked and kept within `timeout`
// each, and it runs once more. A statement outside a transaction that a rehearsal has not judged runs only where it is
// one of the closed list that loses nothing (StatementTraits::loses_nothing_outside).
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "rehearsal/observe/loss_watcher.h"
#include "rehearsal/verdict.h"
#include "runner/apply/watcher.h"
#include "runner/plan/plan.h"

namespace drydock {

// Exit 3; the transaction has been rolled back. what() is one sentence; `judged` says which losses have no consent.
struct GuardRefusal : Refused {
  GuardRefusal(const std::string& what, JudgedMigration judged_) : Refused(what), judged(std::move(judged_)) {}
  JudgedMigration judged;
};

struct GuardRequest {
  const Plan* plan = nullptr;
  const std::vector<TouchedTable>* rehearsed = nullptr;  // what a rehearsal saw touched; nullptr: none was made
  // No table of the user's held a row when the lock was taken: a statement outside a transaction has nothing to lose.
  bool target_was_empty = false;
  std::chrono::milliseconds timeout{5000};            // guard_timeout
  std::function<void(const KeptCopy&)> on_kept = {};  // told of each safety copy once it is committed; may be empty
};

// Where a migration asks for safety copies (kept/safety_copies.h), the guard makes them. Throws what that throws.
// REQUIRES: plan and rehearsed outlive the guard; no transaction is open.
std::unique_ptr<Watcher> make_guard(Database& target, const GuardRequest& request);

}  // namespace drydock
