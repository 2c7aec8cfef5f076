// What a schema looks like, in one short string: between a rehearsal and its apply a changed schema is a reason to
// refuse as much as a changed history. No proof of equality (that is squash's snapshot): tables, columns with types and
// defaults, constraints, indexes, triggers, views, functions; drydock's own tables aside.
#pragma once

#include <string>

#include "runner/database/database.h"

namespace drydock {

// "sha256:..."; one statement on the server.
std::string schema_fingerprint(Database& database);

}  // namespace drydock
