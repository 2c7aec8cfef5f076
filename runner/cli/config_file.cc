#include "runner/cli/config_file.h"

#include <toml++/toml.h>
#include <fstream>
#include <functional>
#include <iterator>

#include "runner/cli/exit_code.h"
#include "runner/history/adopt/adopt_reader.h"
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
  std::string adopted_tool(const std::string& key, const toml::node& node) const {
    const std::string word = text(key, node);
    if (word != no_adoption && find_adopt_reader(word) == nullptr)
      fail(node.source().begin.line,
           full(key) + " must be one of " + adopt_reader_names() + ", " + no_adoption + ", not '" + word + "'");
    return word;
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

void read_placeholders(const Section& section, const toml::node& node,
                       std::map<std::string, std::string>& placeholders) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "placeholders must be a table: [placeholders]");
  const Section inner{section.file, "placeholders"};
  for (const auto& [key, value] : *table)
    placeholders[std::string(key.str())] = inner.text(std::string(key.str()), value);
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
                {"placeholders",
                 [&](auto& section, auto&, auto& node) { read_placeholders(section, node, config.placeholders); }},
                {"adopt", [&](auto& in, auto& key, auto& node) { config.adopt = in.adopted_tool(key, node); }},
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
