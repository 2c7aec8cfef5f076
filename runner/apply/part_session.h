// The session in which a part runs: as new for a migration's first part, carried on for the later ones, and patient
// with a statement that waits by design.
#pragma once

#include <string>

#include "runner/apply/run_part.h"

namespace drydock {

// REQUIRES: no transaction is open.
void prepare_session(const PartContext& context);

// A short lock_timeout would only leave an invalid index behind a statement that waits for old snapshots by design.
class PatientSession {
 public:
  PatientSession(const PartContext& context, const Statement& statement);
  // Not on the way out of a failure: the session is not used again then.
  void restore() const;

 private:
  const PartContext& context_;
  std::string before_;  // empty where nothing was changed
};

}  // namespace drydock
