// drydock.toml as read: plain data, every key known. A key that nobody knows is an error with its line, since a
// mistyped `protected` would protect nothing. ${NAME} in a text stands for a variable (variables.h).
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runner/cli/variables.h"
#include "runner/identity/policy.h"

namespace drydock {

// [environments.NAME]
struct EnvironmentConfig {
  std::optional<std::string> database, direct_database;
  std::optional<std::string> id;             // of the database that this environment is
  std::optional<std::string> shadow;         // provider
  std::optional<std::string> shadow_server;  // URL, for the provider `server`
  bool is_protected = false;
  RehearsalPolicy rehearsal = RehearsalPolicy::required;
  std::chrono::milliseconds guard_timeout{5000};
  int header_line = 0;  // of "[environments.NAME]"; 0 where the table is written in another way
  // The keys whose text names a variable that is not set, and the message for whoever needs them: nobody has to have
  // production's password to work in development. An address keeps its text as written, any other key its default.
  std::map<std::string, std::string> unset;
};

// A command of the user's: the words of a program and its arguments.
using HookCommand = std::vector<std::string>;

// [hooks]. Nothing is expanded here: a text is the shell's.
struct HooksConfig {
  std::optional<HookCommand> before_migrate, after_migrate;
};

// [backup]: where `drill` finds the newest backup.
struct BackupConfig {
  std::optional<std::string> folder;
  std::optional<HookCommand> command;  // prints the path of the backup that it has fetched
};

// The value of `adopt` by which other tools' tables are passed over.
inline constexpr const char* no_adoption = "none";

// [command], for `migrate -- COMMAND...` and `rehearse -- COMMAND...`
struct CommandConfig {
  std::map<std::string, std::string> environment;            // variable -> text with placeholders
  std::chrono::milliseconds timeout{std::chrono::hours(1)};  // on the shadow
};

// [lint]
struct LintConfig {
  std::set<std::string, std::less<>> ignored;  // rules that find nothing
};

struct ConfigFile {
  std::optional<std::string> project, migrations, environment, format, binaries, shadow_directory;
  // The tool whose history `migrate` adopts unattended; "none": such tables belong to another program.
  std::optional<std::string> adopt;
  // Where a tool was told to keep its history in a table of another name than its own.
  std::optional<std::string> adopt_table;
  std::map<std::string, EnvironmentConfig> environments;
  std::map<std::string, std::string> placeholders;  // [placeholders]: for the formats whose migrations hold ${name}
  HooksConfig hooks;
  CommandConfig command;
  LintConfig lint;
  BackupConfig backup;
  BackupPolicy backup_policy;
};

// "90%"; nullopt for any other text.
std::optional<int> parse_percent(std::string_view text);

// Throws Failure (exit 2), with file and line, for what cannot be read.
ConfigFile parse_config(const std::string& text, const std::filesystem::path& file, const Variables& variables);

// The file's text; nullopt where there is none. Throws Failure (exit 2) where it cannot be read.
std::optional<std::string> read_config_text(const std::filesystem::path& file);

}  // namespace drydock
