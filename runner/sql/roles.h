// The roles that a statement of PostgreSQL names: what has to be there before a history is replayed elsewhere.
#pragma once

#include <string>
#include <vector>

#include "runner/sql/statement.h"

namespace drydock {

struct RoleNames {
  std::vector<std::string> named;    // granted to, owning, altered, dropped ...; each once, in order
  std::vector<std::string> created;  // by CREATE ROLE, CREATE USER, CREATE GROUP
  std::vector<std::string> owners;   // OWNER TO; named, too
};

// In the statement itself and, as far as they can be read without running it, in those of a DO block. What a text puts
// together at run time is not found.
RoleNames role_names(const Statement& statement);

}  // namespace drydock
