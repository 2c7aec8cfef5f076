// The statements that split one role into two: an owning role for migrations, and one for the application that reads
// and writes and can neither drop nor own a table. Printed, never run: who may log in as what is for a person to
// decide.
#pragma once

#include <stdexcept>
#include <string>

#include "runner/database/database.h"

namespace drydock {

// Empty names: the database's, with _owner and _app behind it.
struct RoleSplit {
  std::string owner, application;
};

// A role that the split makes no sense with, such as a superuser as the application's. what() says which, and what to
// do.
struct UnsuitableRole : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// SQL for psql, in one transaction, with comments; made for what the database holds now. Only reads.
// REQUIRES: PostgreSQL. Throws UnsuitableRole.
std::string role_split_sql(Database& database, const RoleSplit& split);

}  // namespace drydock
