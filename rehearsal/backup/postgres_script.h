// Runs the script of a plain dump, in one pass and without holding it in memory: statement by statement, the data of
// COPY as it comes. It is no psql: a meta-command that could run a program on this machine is an error here.
#pragma once

#include <filesystem>

#include "runner/database/url.h"

namespace drydock {

// What makes and names databases is left out: it is restored into the one of the address. Throws BackupRefused with the
// line, DatabaseError, Interrupted.
void run_postgres_script(const std::filesystem::path& script, const DatabaseUrl& url);

}  // namespace drydock
