// Changes to drydock.toml that keep every byte that a person wrote: text is put between lines, nothing is rewritten.
#pragma once

#include <optional>
#include <string>

#include "runner/cli/config_file.h"

namespace drydock {

struct NewEnvironment {
  std::string name;
  std::optional<std::string> id;
  bool is_protected = false;
};

// A whole file for a new project.
std::string new_config_text(const std::string& project, const std::string& migrations,
                            const NewEnvironment& environment);

// The text with [environments.NAME], or with the id in the one that is there; the same text where nothing is missing.
// Throws Failure (exit 2) where the table is written in a form that lines cannot be put into.
std::string with_environment(const std::string& text, const ConfigFile& parsed, const NewEnvironment& environment);

}  // namespace drydock
