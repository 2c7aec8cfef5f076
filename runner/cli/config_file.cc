#include "runner/cli/config_file.h"

#include <toml++/toml.h>
#include <charconv>
#include <fstream>
#include <functional>
#include <iterator>

#include "rehearsal/command_environment.h"
#include "rehearsal/rules/all_rules.h"
#include "runner/cli/exit_code.h"
#include "runner/history/adopt/adopt_reader.h"
#include "runner/migration/directives.h"

namespace drydock {
namespace {

using Unset = std::map<std::string, std::string>;

// One table of the file, with what its texts are expanded by.
struct Section {
  const std::filesystem::path& file;
  const Variables& variables;
  std::string name;        // "environments.production", empty for the top level
  Unset* unset = nullptr;  // takes what cannot be expanded; nullptr: that is an error

  [[noreturn]] void fail(std::uint32_t line, const std::string& why) const {
    throw Failure(ExitCode::usage, place(line) + why);
  }
  std::string place(std::uint32_t line) const { return file.string() + ":" + std::to_string(line) + ": "; }
  std::string full(const std::string& key) const { return name.empty() ? key : name + "." + key; }

  std::string as_written(const std::string& key, const toml::node& node) const {
    if (const auto value = node.value_exact<std::string>()) return *value;
    fail(node.source().begin.line, full(key) + " must be a text in quotes");
  }
  // nullopt where a variable is not set, and that was noted.
  std::optional<std::string> text(const std::string& key, const toml::node& node,
                                  Expanding what = Expanding::text) const {
    const std::string written = as_written(key, node);
    try {
      return expand(written, variables, what);
    } catch (const CannotExpand& error) {
      const std::string message = full(key) + ": " + error.what();
      if (!unset) fail(node.source().begin.line, message);
      (*unset)[key] = place(node.source().begin.line) + message;
      return std::nullopt;
    }
  }
  bool truth(const std::string& key, const toml::node& node) const {
    if (const auto value = node.value_exact<bool>()) return *value;
    fail(node.source().begin.line, full(key) + " must be true or false");
  }
  void duration(const std::string& key, const toml::node& node, std::chrono::milliseconds& field) const {
    const std::optional<std::string> word = text(key, node);
    const auto value = word ? parse_duration(*word) : field;
    if (!value) fail(node.source().begin.line, full(key) + " must be a duration such as \"5s\" or \"2min\"");
    field = *value;
  }
  void percent(const std::string& key, const toml::node& node, std::optional<int>& field) const {
    const std::optional<std::string> word = text(key, node);
    if (word && !(field = parse_percent(*word)))
      fail(node.source().begin.line, full(key) + " must be a share such as \"90%\"");
  }
  std::optional<std::string> adopted_tool(const std::string& key, const toml::node& node) const {
    std::optional<std::string> word = text(key, node);
    if (word && *word != no_adoption && find_adopt_reader(*word) == nullptr)
      fail(node.source().begin.line,
           full(key) + " must be one of " + adopt_reader_names() + ", " + no_adoption + ", not '" + *word + "'");
    return word;
  }
  void policy(const std::string& key, const toml::node& node, RehearsalPolicy& field) const {
    const std::optional<std::string> word = text(key, node);
    if (!word) return;
    const std::optional<RehearsalPolicy> found = rehearsal_policy_named(*word);
    if (!found)
      fail(node.source().begin.line,
           full(key) + " must be one of required, receipt, if-possible, guard, not '" + *word + "'");
    field = *found;
  }
  // A text is run by a shell, a row of words as it stands.
  HookCommand command(const std::string& key, const toml::node& node) const {
    if (const auto value = node.value_exact<std::string>(); value && !value->empty()) return {"/bin/sh", "-c", *value};
    HookCommand words;
    if (const toml::array* array = node.as_array())
      for (const toml::node& word : *array)
        if (const auto value = word.value_exact<std::string>()) words.push_back(*value);
    if (words.empty() || words.front().empty() || words.size() != node.as_array()->size())
      fail(node.source().begin.line,
           full(key) + " must be a command for the shell in quotes, or a row of words: [\"program\", \"argument\"]");
    return words;
  }
};

using Reader = std::function<void(const Section&, const std::string& key, const toml::node&)>;
using Readers = std::map<std::string, Reader, std::less<>>;

Reader into(std::optional<std::string>& field) {
  return [&field](const Section& section, const std::string& key, const toml::node& node) {
    field = section.text(key, node);
  };
}

Reader into_address(std::optional<std::string>& field) {
  return [&field](const Section& section, const std::string& key, const toml::node& node) {
    field = section.text(key, node, Expanding::address);
    if (!field) field = section.as_written(key, node);
  };
}

Reader into_command(std::optional<HookCommand>& field) {
  return [&field](const Section& section, const std::string& key, const toml::node& node) {
    field = section.command(key, node);
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

EnvironmentConfig read_environment(const toml::table& table, Section section) {
  EnvironmentConfig environment;
  section.unset = &environment.unset;
  if (!table.is_inline()) environment.header_line = static_cast<int>(table.source().begin.line);
  read_section(
      table, section,
      {{"database", into_address(environment.database)},
       {"direct_database", into_address(environment.direct_database)},
       {"id", into(environment.id)},
       {"shadow", into(environment.shadow)},
       {"shadow_server", into_address(environment.shadow_server)},
       {"protected", [&](auto& in, auto& key, auto& node) { environment.is_protected = in.truth(key, node); }},
       {"rehearsal", [&](auto& in, auto& key, auto& node) { in.policy(key, node, environment.rehearsal); }},
       {"guard_timeout", [&](auto& in, auto& key, auto& node) { in.duration(key, node, environment.guard_timeout); }}});
  return environment;
}

// Variables by their names: whatever they are called.
void read_variables(const Section& section, const std::string& key, const toml::node& node,
                    std::map<std::string, std::string>& variables) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, section.full(key) + " must be a table of variables");
  const Section inner{section.file, section.variables, section.full(key)};
  for (const auto& [name, value] : *table) {
    const std::optional<std::string> text = inner.text(std::string(name.str()), value);
    if (!text) continue;
    if (const auto unknown = unknown_placeholder(*text))
      inner.fail(value.source().begin.line,
                 "unknown placeholder " + *unknown + " in " + inner.full(std::string(name.str())) +
                     "; there are {url}, {host}, {port}, {user}, {password}, {database} and {path}");
    variables[std::string(name.str())] = *text;
  }
}

void read_command(const Section& section, const toml::node& node, CommandConfig& command) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "command must be a table: [command]");
  read_section(
      *table, {section.file, section.variables, "command"},
      {{"environment", [&](auto& in, auto& key, auto& value) { read_variables(in, key, value, command.environment); }},
       {"timeout", [&](auto& in, auto& key, auto& value) { in.duration(key, value, command.timeout); }}});
}

void read_environments(const Section& section, const toml::node& node,
                       std::map<std::string, EnvironmentConfig>& environments) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "environments must be tables: [environments.NAME]");
  for (const auto& [key, entry] : *table) {
    const std::string name(key.str());
    const Section inner{section.file, section.variables, "environments." + name};
    if (!entry.is_table()) inner.fail(entry.source().begin.line, inner.name + " must be a table");
    environments[name] = read_environment(*entry.as_table(), inner);
  }
}

void read_placeholders(const Section& section, const toml::node& node,
                       std::map<std::string, std::string>& placeholders) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "placeholders must be a table: [placeholders]");
  const Section inner{section.file, section.variables, "placeholders"};
  for (const auto& [key, value] : *table)
    if (const std::optional<std::string> text = inner.text(std::string(key.str()), value))
      placeholders[std::string(key.str())] = *text;
}

void read_hooks(const Section& section, const toml::node& node, HooksConfig& hooks) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "hooks must be a table: [hooks]");
  read_section(
      *table, {section.file, section.variables, "hooks"},
      {{"before_migrate", into_command(hooks.before_migrate)}, {"after_migrate", into_command(hooks.after_migrate)}});
}

void read_ignored_rules(const Section& section, const std::string& key, const toml::node& node, LintConfig& lint) {
  const toml::array* array = node.as_array();
  if (array == nullptr)
    section.fail(node.source().begin.line, section.full(key) + " must be a row of rules: [\"index-not-concurrent\"]");
  for (const toml::node& word : *array) {
    const auto name = word.value_exact<std::string>();
    if (!name || find_rule(*name) == nullptr)
      section.fail(word.source().begin.line, section.full(key) + ": there is no rule " +
                                                 (name ? "'" + *name + "'" : "of that name") +
                                                 "; there are: " + rule_names());
    lint.ignored.insert(*name);
  }
}

void read_lint(const Section& section, const toml::node& node, LintConfig& lint) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "lint must be a table: [lint]");
  read_section(*table, {section.file, section.variables, "lint"},
               {{"ignore", [&](auto& in, auto& key, auto& value) { read_ignored_rules(in, key, value, lint); }}});
}

void read_backup(const Section& section, const toml::node& node, BackupConfig& backup) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "backup must be a table: [backup]");
  read_section(*table, {section.file, section.variables, "backup"},
               {{"folder", into(backup.folder)}, {"command", into_command(backup.command)}});
  if (backup.folder && backup.command)
    section.fail(node.source().begin.line, "backup.folder and backup.command are two ways to the same: keep one");
}

void read_backup_policy(const Section& section, const toml::node& node, BackupPolicy& policy) {
  const toml::table* table = node.as_table();
  if (table == nullptr)
    section.fail(node.source().begin.line,
                 "policy.backup must be a table: backup = { max_age = \"24h\", min_rows = \"90%\" }");
  read_section(*table, {section.file, section.variables, "policy.backup"},
               {{"max_age",
                 [&](auto& in, auto& key, auto& value) {
                   policy.max_age.emplace();
                   in.duration(key, value, *policy.max_age);
                 }},
                {"min_rows", [&](auto& in, auto& key, auto& value) { in.percent(key, value, policy.min_rows); }}});
}

void read_policy(const Section& section, const toml::node& node, BackupPolicy& policy) {
  const toml::table* table = node.as_table();
  if (table == nullptr) section.fail(node.source().begin.line, "policy must be a table: [policy]");
  read_section(*table, {section.file, section.variables, "policy"},
               {{"backup", [&](auto& in, auto&, auto& value) { read_backup_policy(in, value, policy); }}});
}

}  // namespace

std::optional<int> parse_percent(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && std::string_view(end, text.data() + text.size()) == "%";
  return whole && number >= 0 && number <= 100 ? std::optional(number) : std::nullopt;
}

ConfigFile parse_config(const std::string& text, const std::filesystem::path& file, const Variables& variables) {
  toml::table root;
  const Section top{file, variables, ""};
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
                {"adopt_table", into(config.adopt_table)},
                {"adopt", [&](auto& in, auto& key, auto& node) { config.adopt = in.adopted_tool(key, node); }},
                {"hooks", [&](auto& section, auto&, auto& node) { read_hooks(section, node, config.hooks); }},
                {"command", [&](auto& section, auto&, auto& node) { read_command(section, node, config.command); }},
                {"lint", [&](auto& section, auto&, auto& node) { read_lint(section, node, config.lint); }},
                {"backup", [&](auto& section, auto&, auto& node) { read_backup(section, node, config.backup); }},
                {"policy", [&](auto& section, auto&, auto& node) { read_policy(section, node, config.backup_policy); }},
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
