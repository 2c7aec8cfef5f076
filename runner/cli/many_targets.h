// Which databases, or schemas of one, a run over many is about.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runner/cli/settings.h"

namespace drydock {

struct ManyTarget {
  std::string database;                          // as displayed, without a password
  std::string schema;                            // "" where it is the whole database
  std::map<std::string, std::string> variables;  // by which a drydock of its own is told: never by its arguments

  const std::string& name() const { return schema.empty() ? database : schema; }
};

// One address a line; blank lines and those that begin with # are none, ${NAME} stands for a variable. `file` is "-"
// for standard input. Throws Failure (exit 2) with the line, and where the file names no database, or one twice.
std::vector<ManyTarget> databases_in(const std::string& file, const Settings& settings);

// The schemas of the settings' database whose names fit, in the order of their names; the server's own and drydock's
// never do. Throws Failure (exit 2) where none does.
std::vector<ManyTarget> schemas_like(const std::string& pattern, const Settings& settings);

// % and * stand for any characters, ? for one, everything else (an underscore too) for itself.
bool fits_pattern(std::string_view name, std::string_view pattern);

}  // namespace drydock
