#include "runner/cli/config_file.h"

#include <toml++/toml.h>
#include <fstream>
#include <functional>
#include <iterator>

#include "rehearsal/command_environment.h"
#include "runner/cli/exit_code.h"
#include "runner/migration/directives.h"

namespace drydock {
namespace {

// One table of the file, with the file's name for messages.
struct Section {
  const std::filesystem::path& file;
  std::string name;  // "environments.production", empty for the top level

  [[noreturn]] void fail(std::uint32_t line, const std::string& why) const {
    throw Failure(ExitCode::usage, file.string() + ":" + std::to_string(line) + ": " + why);
  }
  std::string full(const std::string& key) const { return name.empty() ? key : name + "." + key; }

  std::string text(const std::string& key, const toml::node& node) const {
    if (const auto value = node.value_exact<std::string>()) return *value;
    fail(node.source().begin.line, full(key) + " must be a text in quotes");
  }
  bool truth(const std::string& key, const toml::node& node) const {
    if (const auto value = node.value_exact<bool>()) return *value;
    fail(node.source().begin.line, full(key) + " must be true or false");
  }
  std::chrono::milliseconds duration(const std::string& key, const toml::node& node) const {
    if (const auto value = parse_duration(text(key, node))) return *value;
    fail(node.source().begin.line, full(key) + " must be a duration such as \"5s\" or \"2min\"");
  }
  RehearsalPolicy policy(const std::string& key, const toml::node& node) const {
    const std::string word = text(key, node);
    if (word == "required") return RehearsalPolicy::required;
    if (word == "receipt") return RehearsalPolicy::receipt;
    if (word == "if-possible") return RehearsalPolicy::if_possible;
    if (word == "guard") return RehearsalPolicy::guard;
    fail(node.source().begin.line,
         full(key) + " must be one of required, receipt, if-possible, guard, not '" + word + "'");
  }
};

using Reader = std::function<void(const Section&, const std::string& key, const toml::node&)>;
using Readers = std::map<std::string, Reader, std::less<>>;

Reader into(std::optional<std::string>& field) {
  return [&field](const Section& section, const std::string& key, const toml::node& node) {
    field = section.text(key, node);
  };
}

void read_section(const toml::table& table, const Section& section, const Readers& readers) {
  for (const auto& [key, node] : table) {
    const std::string word(key.str());
    const auto reader = readers.find(word);
    if (reader != readers.end()) {
      reader->second(section, word, node);
      continue;
    }
    std::string known;
    for (const auto& [name, unused] : readers) known += (known.empty() ? "" : ", ") + name;
    section.fail(key.source().begin.line, "unknown key " + section.full(word) + "; known here: " + known);
  }
}

EnvironmentConfig read_environment(const toml::table& table, const Section& section) {
  EnvironmentConfig environment;
  if (!table.is_inline()) environment.header_line = static_cast<int>(table.source().begin.line);
  read_section(table, section,
               {{"database", into(environment.database)},
                {"direct_database", into(environment.direct_database)},
                {"id", into(environment.id)},
                {"shadow", into(environment.shadow)},
                {"shadow_server", into(environment.shadow_server)},
                {"protected", [&](auto& in, auto& key, auto& node) { environment.is_protected = in.truth(key, node); }},
                {"rehearsal", [&](auto& in, auto& key, auto& node) { environment.rehearsal = in.policy(key, node); }},
                {"guard_timeout",
                 [&](auto& in, auto& key, auto& node) { environment.guard_timeout = in.duration(key, node); }}});
  return environment;
}

// Variables by their names: whatever they are called.
void read_variables(const Section& section, const std::string& key, const toml::node& node,
                    std::map<std::string, std::string>& variables) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, section.full(key) + " must be a table of variables");
  const Section inner{section.file, section.full(key)};
  for (const auto& [name, value] : *table) {
    const std::string text = inner.text(std::string(name.str()), value);
    if (const auto unknown = unknown_placeholder(text))
      inner.fail(value.source().begin.line,
                 "unknown placeholder " + *unknown + " in " + inner.full(std::string(name.str())) +
                     "; there are {url}, {host}, {port}, {user}, {password}, {database} and {path}");
    variables[std::string(name.str())] = text;
  }
}

void read_command(const Section& section, const toml::node& node, CommandConfig& command) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "command must be a table: [command]");
  read_section(
      *table, {section.file, "command"},
      {{"environment", [&](auto& in, auto& key, auto& value) { read_variables(in, key, value, command.environment); }},
       {"timeout", [&](auto& in, auto& key, auto& value) { command.timeout = in.duration(key, value); }}});
}

void read_environments(const Section& section, const toml::node& node,
                       std::map<std::string, EnvironmentConfig>& environments) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "environments must be tables: [environments.NAME]");
  for (const auto& [key, entry] : *table) {
    const std::string name(key.str());
    const Section inner{section.file, "environments." + name};
    if (!entry.is_table()) inner.fail(entry.source().begin.line, inner.name + " must be a table");
    environments[name] = read_environment(*entry.as_table(), inner);
  }
}

}  // namespace

ConfigFile parse_config(const std::string& text, const std::filesystem::path& file) {
  toml::table root;
  const Section top{file, ""};
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    top.fail(error.source().begin.line, std::string(error.description()));
  }
  ConfigFile config;
  read_section(root, top,
               {{"project", into(config.project)},
                {"migrations", into(config.migrations)},
                {"environment", into(config.environment)},
                {"format", into(config.format)},
                {"binaries", into(config.binaries)},
                {"shadow_directory", into(config.shadow_directory)},
                {"command", [&](auto& section, auto&, auto& node) { read_command(section, node, config.command); }},
                {"environments",
                 [&](auto& section, auto&, auto& node) { read_environments(section, node, config.environments); }}});
  return config;
}

std::optional<std::string> read_config_text(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(file, error) && !error) return std::nullopt;
  std::ifstream stream(file, std::ios::binary);
  if (!stream) throw Failure(ExitCode::usage, "cannot read " + file.string() + ": look at its permissions");
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

}  // namespace drydock
