// `.env`, as other tools read it: KEY=VALUE lines, `export` before them, comments, quotes. It may hold passwords of the
// whole application, so that no message repeats any of it.
#pragma once

#include <filesystem>
#include <map>
#include <string>

namespace drydock {

using EnvironmentFile = std::map<std::string, std::string>;

//   KEY=plain text        # a comment behind it
//   export KEY='as it is'
//   KEY="with \" \\ \$ \n, over several lines too"
//
// Nothing is expanded in it; of several lines with one key the last counts. Throws Failure (exit 2) with file and line.
EnvironmentFile parse_environment_file(const std::string& text, const std::filesystem::path& file);

}  // namespace drydock
