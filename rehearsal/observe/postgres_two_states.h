// Two states of a PostgreSQL shadow: every table is kept, as for a statement that runs alone (postgres_outside.h).
#pragma once

#include <set>
#include <string>
#include <vector>

#include "rehearsal/observe/postgres_outside.h"
#include "rehearsal/observe/two_states.h"

namespace drydock {

class PostgresTwoStates final : public TwoStates {
 public:
  explicit PostgresTwoStates(Database& shadow);

  bool wrote() override;
  // Ends sessions of the others that are still there.
  std::vector<Loss> losses() override;

 private:
  std::string next_transaction();
  std::set<std::string> other_sessions();
  void end_other_sessions();

  Database& database_;
  PostgresInventory inventory_;
  PostgresOutside outside_;
  std::set<std::string> ours_;  // sessions that were there before
  std::string next_transaction_;
};

}  // namespace drydock
