// The includes of one Liquibase changelog in XML or YAML.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace drydock {

struct ChangelogInclude {
  std::string path;
  bool all = false;               // includeAll: a folder
  bool relative_to_file = false;  // relativeToChangelogFile
  int line = 0;
};

// Throws MigrationError, naming `file` and the line, for whatever is neither an include nor free of effect: changesets
// that are written in XML or YAML, preconditions, properties, contexts of an include.
std::vector<ChangelogInclude> read_xml_includes(std::string_view text, const std::string& file);
std::vector<ChangelogInclude> read_yaml_includes(std::string_view text, const std::string& file);

}  // namespace drydock
