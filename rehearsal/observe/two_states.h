// The losses of what others do to a shadow, another tool's sessions: the state of before is kept, and compared with the
// state of after, however many transactions lie between. One implementation per database: postgres_two_states.cc,
// sqlite_two_states.cc.
#pragma once

#include <memory>
#include <vector>

#include "runner/database/database.h"
#include "runner/migration/loss.h"

namespace drydock {

// Lives from before the others' first statement to after their last one.
class TwoStates {
 public:
  virtual ~TwoStates() = default;
  // Whether anything was written. True also where it was rolled back, or changed nothing.
  virtual bool wrote() = 0;
  // What is lost, and the shadow is not to be used afterwards. Throws DatabaseError where the shadow cannot be asked
  // any more. REQUIRES: the others' sessions have ended.
  virtual std::vector<Loss> losses() = 0;
};

// Keeps what the shadow holds. REQUIRES: the database is a shadow's, outlives what is returned, and no transaction is
// open.
std::unique_ptr<TwoStates> keep_state(Database& shadow);

}  // namespace drydock
