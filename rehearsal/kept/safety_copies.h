// Makes the safety copies that `-- drydock:keep` asks for, in step with the part that loses: what its migration
// consents to is copied before the first statement, and before COMMIT what is still there is taken out of the copy
// again, so that only what was lost is kept. Used by the guard, on the target alone.
#pragma once

#include <memory>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "runner/database/database.h"
#include "runner/plan/plan.h"

namespace drydock {

// Lives as long as the guard.
class SafetyCopies {
 public:
  virtual ~SafetyCopies() = default;

  // Locks what the migration consents to, and copies it. Throws DatabaseError (a lock_timeout too).
  // REQUIRES: the part's transaction is open and none of its statements has run; of a part that runs alone: no
  // transaction is open, and the copy is committed.
  virtual void copy(const Step& step, const Part& part) = 0;
  // Before COMMIT, when everything else has allowed it.
  virtual void leave_what_was_lost() = 0;
  // The part's transaction was rolled back, and with it the copies go.
  virtual void abandoned() = 0;
  // The part is committed: what stays of its copies.
  virtual std::vector<KeptCopy> committed() = 0;
};

// nullptr where no migration of the plan asks for one. Makes what the copies are kept in. Throws DatabaseError,
// std::runtime_error with the statement that helps. REQUIRES: no transaction is open; the database outlives it.
std::unique_ptr<SafetyCopies> make_safety_copies(Database& database, const Plan& plan);

// One implementation per database.
std::unique_ptr<SafetyCopies> make_postgres_safety_copies(Database& database);
std::unique_ptr<SafetyCopies> make_sqlite_safety_copies(Database& database);

// Objects that a migration's consents name: each table and each column once. A table's kind is that of its first
// consent.
std::vector<Consent> objects_to_keep(const Step& step);
// Whether that part can lose something.
bool may_lose(const Step& step, const Part& part);

}  // namespace drydock
