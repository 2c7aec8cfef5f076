// How pg_dump and pg_restore are told where to connect, and how what they say is read.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "runner/database/url.h"

namespace drydock {

// Everything but secrets, for a command line, which every process of the machine may read.
std::string conninfo_without_secrets(const DatabaseUrl& url);

// The rest, and what makes their messages readable.
std::map<std::string, std::string> variables_for(const DatabaseUrl& url);

// The error lines of their output, each without the values that it quotes; the command that failed is left out.
std::string errors_in(const std::filesystem::path& output);

}  // namespace drydock
