// What --help prints: the commands from their table, the options in two columns, folded for a terminal of 80 columns.
#pragma once

#include <string>

namespace CLI {
class App;
}

namespace drydock {

// REQUIRES: the app has a description.
std::string help_of(const CLI::App& app);

}  // namespace drydock
