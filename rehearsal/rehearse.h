// A rehearsal: clone the source, run the plan on the clone under a watcher, judge. The caller holds no lock meanwhile.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rehearsal/observe/loss_watcher.h"
#include "rehearsal/rules/all_rules.h"
#include "rehearsal/shadow/shadow.h"
#include "rehearsal/verdict.h"
#include "runner/apply/apply.h"
#include "runner/plan/plan.h"

namespace drydock {

struct Rehearsal {
  Verdict verdict;
  std::string plan_hash;
  std::vector<std::string> migrations;  // ids of the plan
  std::string source;                   // display URL
  Census source_census, shadow_census;
  std::string provider, taken_at, place;
  double shadow_seconds = 0, seconds = 0;
  std::vector<std::string> notes;
  std::optional<KeptBackup> kept;
  std::vector<TouchedTable> touched;  // for the guard
};

// Looks at the shadow between the plan's migrations, and may go on with it behind the last one. No transaction is open
// in the shadow's session when it is called. What it throws ends the rehearsal.
class ShadowVisitor {
 public:
  virtual ~ShadowVisitor() = default;
  virtual void before(Shadow&, const Step&) {}
  // The plan has run to its end, whatever it lost.
  virtual void behind_the_last(Shadow&) {}
};

struct RehearseRequest {
  CloneRequest clone;    // clone.plan is set by rehearse()
  std::string provider;  // "" for the first that can
  ApplyOptions apply;
  bool target_holds_rows = false;  // then a shadow without a row proves nothing
  ShadowVisitor* visitor = nullptr;
  RuleReader::Ignored ignored_rules = {};
};

// Makes a shadow, and calls `on_shadow` for the verdict where the shadow holds what the source holds. Throws
// CannotRehearse.
using OnShadow = std::function<Verdict(Shadow&, Rehearsal&)>;
Rehearsal rehearse_on_shadow(const RehearseRequest& request, std::vector<std::string> ids, std::string hash,
                             const OnShadow& on_shadow);

// Throws CannotRehearse (exit 7). That the shadow proves nothing is no exception: the verdict says so.
Rehearsal rehearse(const Plan& plan, const RehearseRequest& request);

}  // namespace drydock
