#include "runner/cli/config_edit.h"

#include <algorithm>
#include <cctype>

#include "runner/cli/exit_code.h"

namespace drydock {
namespace {

std::string toml_string(const std::string& text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

std::string toml_key(const std::string& name) {
  const bool bare = !name.empty() && std::ranges::all_of(name, [](unsigned char letter) {
    return (std::isalnum(letter) != 0 && letter < 0x80) || letter == '_' || letter == '-';
  });
  return bare ? name : toml_string(name);
}

std::string id_line(const std::string& id) { return "id = " + toml_string(id) + "\n"; }

std::string table_of(const NewEnvironment& environment) {
  std::string text = "[environments." + toml_key(environment.name) + "]\n";
  if (environment.id) text += id_line(*environment.id);
  return text + "protected = " + (environment.is_protected ? "true" : "false") + "\n";
}

// The offset after the end of a line. REQUIRES: line is 1-based.
std::size_t after_line(const std::string& text, int line) {
  std::size_t at = 0;
  for (; line > 0 && at != std::string::npos; --line) {
    const std::size_t end = text.find('\n', at);
    at = end == std::string::npos ? text.size() : end + 1;
  }
  return at;
}

}  // namespace

std::string new_config_text(const std::string& project, const std::string& migrations,
                            const NewEnvironment& environment) {
  return "project = " + toml_string(project) + "\nmigrations = " + toml_string(migrations) + "\n\n" +
         table_of(environment);
}

std::string with_environment(const std::string& text, const ConfigFile& parsed, const NewEnvironment& environment) {
  const std::string gap = text.empty() || text.ends_with('\n') ? "" : "\n";
  const auto there = parsed.environments.find(environment.name);
  if (there == parsed.environments.end()) return text + gap + (text.empty() ? "" : "\n") + table_of(environment);
  if (there->second.id || !environment.id) return text;
  const std::string line = id_line(*environment.id);
  if (there->second.header_line == 0)
    throw Failure(ExitCode::usage, "environments." + environment.name +
                                       " is not written as a table of its own; nothing was changed. Write it as "
                                       "[environments." +
                                       environment.name + "] and run the command again");
  std::string changed = text + gap;
  return changed.insert(after_line(changed, there->second.header_line), line);
}

}  // namespace drydock
