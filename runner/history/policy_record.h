// The policy that the stamp holds as a minimum, beside the stamp: PostgreSQL's table drydock.policy, SQLite's
// drydock_policy. The table is made with the first row; rows are added, never rewritten or deleted, and the newest of
// the stamp that counts is in force. A stamp that takes the place of another (init --as-copy) begins without one.
#pragma once

#include <string>

#include "runner/database/database.h"
#include "runner/identity/policy.h"

namespace drydock {

// As read with the stamp (history.h).
struct RecordedPolicy {
  Policy policy;
  int number = 0;  // of the stamp's policies, from 1 on
};

// The words in which HistorySql::newest_policy gives one. Throws std::runtime_error for one that this version does not
// know: what cannot be read must not count as none.
RecordedPolicy policy_from(const std::string& words);

struct NewPolicy {
  Policy policy;
  int number = 1;        // one more than that of the policy that it was compared with
  std::string loosened;  // what it asks less for than that one, in words; "" where nothing
  std::string written_by;
};

// Adds a row. False where somebody else has added one of that number meanwhile: then nothing was written. Whoever owns
// the stamp may read it. Throws DatabaseError. REQUIRES: the database carries a stamp; no transaction is open.
bool record_policy(Database& database, const NewPolicy& policy);

}  // namespace drydock
