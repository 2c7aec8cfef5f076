// A second session on the target sees a table as it was before the part's transaction, as long as only rows were
// written to it: where it shows no row but this run's own, nothing that counts can have been lost, and the part need
// not run again.
#pragma once

#include <memory>

#include "rehearsal/observe/postgres_keep.h"

namespace drydock {

class PostgresSecondSession {
 public:
  explicit PostgresSecondSession(const DatabaseUrl& url) : url_(url) {}

  // False also where it cannot be found out: then the part runs again and is looked at in full.
  bool shows_no_rows_of_others(const TouchedRelation& relation, const PlanRows& rows);

 private:
  DatabaseUrl url_;
  std::unique_ptr<Database> session_;  // opened when first needed
};

}  // namespace drydock
