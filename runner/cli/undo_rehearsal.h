// What `rehearse --undo` adds to a rehearsal: that each migration's undo gives back what was there before it.
#pragma once

#include "runner/cli/settings.h"
#include "runner/cli/target.h"
#include "runner/report/document.h"
#include "squash/undo_proof.h"

namespace drydock {

class UndoRehearsal {
 public:
  // Throws MigrationError where a migration of the plan has no undo, Failure (exit 4) where one is half applied.
  // REQUIRES: everything outlives this object.
  UndoRehearsal(const Plan& plan, const Target& target, const Settings& settings);

  ShadowVisitor& visitor() { return proof_; }
  // An undo that is not proved makes its migration and the plan rejected, where they are not worse already.
  void judge(Verdict& verdict) const;
  // What became of each undo, and a finding for each object that differs.
  void add_to(Document& document, const Rehearsal& rehearsal) const;

 private:
  const Plan& plan_;
  UndoProof proof_;
};

}  // namespace drydock
