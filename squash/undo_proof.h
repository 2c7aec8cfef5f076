// Proves, on the shadow of a rehearsal, that up and then down gives back what was there: the same schema and the same
// rows. Before each migration of the plan a snapshot is taken; behind the last one the undos run from the top down,
// each by the plan that `drydock undo` would make there, and after each the database is compared with the snapshot.
//
// Where sequences stand is not compared: a value that was drawn is gone. What the plan's repeatable migrations changed
// is not either, since an undo leaves it as it is. Behind an undo that gives back something else, or fails, no other
// one is tried: it would not start from the state that its migration left.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "rehearsal/rehearse.h"
#include "squash/difference.h"

namespace drydock {

struct UndoOutcome {
  std::string id;                       // of the migration
  std::string file;                     // the undo script's
  std::optional<bool> proved = {};      // none: it was not tried
  std::string not_tried = {};           // why
  std::string error = {};               // the undo failed; without values
  int error_line = 0;                   // of it, where that is known
  std::vector<Difference> differences;  // left: before the migration; right: after its undo
};

// What an UndoProof has to know to undo on the shadow: as UndoRequest, and the folder's files.
struct UndoSources {
  std::span<const MigrationFile> files, originals;
  std::function<MigrationFile(const MigrationFile&)> script;
};

class UndoProof final : public ShadowVisitor {
 public:
  // Throws MigrationError where a migration of the plan has no undo that can be read.
  // REQUIRES: plan and sources outlive this object; no step of the plan goes on behind an earlier run.
  UndoProof(const Plan& plan, UndoSources sources, Dialect dialect);

  void before(Shadow& shadow, const Step& step) override;
  void behind_the_last(Shadow& shadow) override;

  // One for each migration of the plan that can have an undo, in its order.
  const std::vector<UndoOutcome>& outcomes() const { return outcomes_; }
  // The names of the objects that were there before the plan: identities, and tables.
  const std::set<std::string>& known_before() const { return known_before_; }

 private:
  struct Before {
    UndoOutcome* outcome;
    Snapshot snapshot;
  };

  Plan undo_on(Database& database, const std::string& id) const;
  void undo(Shadow& shadow, const Before& before) const;
  void note_repeatables(Database& database);

  UndoSources sources_;
  Dialect dialect_;
  std::vector<UndoOutcome> outcomes_;
  std::vector<Before> before_;  // of what can be undone, in the order of the plan
  std::optional<Snapshot> before_repeatables_;
  std::set<std::string> known_before_, left_alone_;
};

}  // namespace drydock
