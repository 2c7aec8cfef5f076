// How safety copies are shown: in `migrate`, and by `drydock kept`. Counts and dates, no values.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "rehearsal/kept/kept_copy.h"
#include "runner/cli/terminal.h"
#include "runner/database/database.h"

namespace drydock {

// The schema of the copies, or the file that they are in.
std::string kept_place(const DatabaseUrl& database);
// "kept until 2026-12-25T12:00:00Z in drydock_kept.legacy_1 (3 rows); drydock kept restore 1"
std::string kept_line(const KeptCopy& copy, const DatabaseUrl& database);
nlohmann::ordered_json kept_json(const std::vector<KeptCopy>& copies, const DatabaseUrl& database);

// Says what it purges; what cannot be is a warning. REQUIRES: the migrate lock is held, no transaction is open.
void purge_what_has_expired(Database& database, Terminal& terminal);

}  // namespace drydock
