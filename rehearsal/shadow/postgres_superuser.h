// Runs one statement as the shadow's superuser inside the migration's own session and transaction, where the
// migrations' role is none: CREATE EXTENSION, event triggers, publications of all tables.
//
// A function of the superuser's does it (SECURITY DEFINER), in a schema whose name starts with pg_, which no census,
// dump or comparison of schemas looks at. It asks for a token that stands in a file of the server's directory while the
// statement runs and never otherwise: roles without superuser cannot read it, and a file is seen by every transaction,
// whatever its snapshot.
#pragma once

#include <filesystem>
#include <string>

#include "runner/database/database.h"

namespace drydock {

class PostgresSuperuser {
 public:
  // REQUIRES: `shadow` is the superuser's session on the shadow's database; `data` is its server's directory.
  PostgresSuperuser(Database& shadow, std::filesystem::path data, const std::string& role);

  // Throws StatementError. REQUIRES: `session` is the role's.
  StatementRun run(Database& session, const Statement& statement) const;

 private:
  std::filesystem::path data_;
};

}  // namespace drydock
