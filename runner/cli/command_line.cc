#include "runner/cli/command_line.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <nlohmann/json.hpp>
#include <span>

#include "runner/apply/apply.h"
#include "runner/cli/command.h"
#include "runner/cli/help.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/version.h"
#include "runner/database/interruption.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

const char* const exit_codes = R"(Exit codes:
  0  done, or nothing to do         5  wrong target
  1  unexpected failure             6  another runner holds the lock
  2  usage, settings, a bad file    7  cannot rehearse
  3  rejected                       8  a migration failed on the target
  4  history conflict               9  status --check: versions are pending)";

void declare_globals(Options& options, GlobalFlags& flags) {
  options.option("--database", "URL", flags.database,
                 "the target: postgresql://user@host:port/name or sqlite:path (DATABASE_URL, DRYDOCK_DATABASE)");
  options.option("--schema", "NAME", flags.schema,
                 "PostgreSQL: this schema of the database, with a record of its own (DRYDOCK_SCHEMA)");
  options.option("--migrations", "DIR", flags.migrations,
                 "the folder of the migrations; 'migrations' by default (DRYDOCK_MIGRATIONS)");
  options.option("--environment", "NAME", flags.environment,
                 "which of [environments.NAME] is meant; 'development' by default (DRYDOCK_ENVIRONMENT)");
  options.option("--config", "FILE", flags.config,
                 "settings; drydock.toml by default, where there is one (DRYDOCK_CONFIG)");
  options.option("--format", "NAME", flags.format, "how the folder lies on disk; detected by default (DRYDOCK_FORMAT)");
  options.flag("--json", flags.json, "one JSON document on standard output, nothing else there");
  options.option("--log-level", "LEVEL", flags.log_level,
                 "trace, debug, info, warn, error or off; logs go to standard error");
  options.flag("--quiet", flags.quiet, "errors, and what was asked for, only");
  options.option("--color", "WHEN", flags.color, "auto, always or never (NO_COLOR)")
      .one_of({"auto", "always", "never"});
}

ColourChoice colour_choice(const std::string& word) {
  if (word == "always") return ColourChoice::always;
  return word == "never" ? ColourChoice::never : ColourChoice::automatic;
}

std::string_view as_view(const char* word) { return word; }

// The commands and their options, and which of them was asked for.
struct CommandLine {
  CLI::App app{
      "Drydock rehearses database migrations on a clone of the real data, and applies only what loses nothing, "
      "or nothing that its author did not consent to by name."};
  GlobalFlags flags;
  bool version = false;
  std::string help_about;
  std::vector<std::unique_ptr<Command>> commands = all_commands();
  CLI::App* help = nullptr;

  // The words are looked through for the commands that they name: only those can be asked for their options, and to
  // declare those of all takes longer than to parse the words.
  explicit CommandLine(std::span<char*> words) {
    app.name("drydock");
    app.set_help_flag("-h,--help", "this text, or a command's own");
    Options globals(app);
    globals.flag("--version", version, "the version of drydock");
    declare_globals(globals, flags);
    globals.flag("--show-values", flags.show_values, "the server's own words, values included; on a terminal only");
    app.fallthrough();
    app.require_subcommand(0, 1);  // a second command's name is an argument of the first: `help migrate`, `new status`
    for (const std::unique_ptr<Command>& command : commands) {
      CLI::App* entry = app.add_subcommand(std::string(command->name()), std::string(command->summary()));
      if (std::ranges::find(words, command->name(), as_view) == words.end()) continue;
      Options options(*entry);
      command->declare(options);
    }
    help = app.add_subcommand("help", "this text, or that of a command");
    Options(*help).argument("COMMAND", help_about, "the command");
    app.footer(exit_codes);
  }

  // What stands behind "--" is another tool's, as it is, where the command takes such.
  void parse(std::span<char*> words) {
    const auto dashes = std::ranges::find(words, "--", as_view);
    const auto own = static_cast<int>(dashes - words.begin());
    const std::vector<std::string> others(dashes == words.end() ? dashes : dashes + 1, words.end());
    const auto takes = [&](const auto& command) {
      const auto named = [&](const char* word) { return command->name() == word; };
      return std::any_of(words.begin(), dashes, named) && command->take_other_command(others);
    };
    const bool taken = dashes != words.end() && std::ranges::any_of(commands, takes);
    if (taken && others.empty()) throw CLI::ParseError("behind -- stands the command that is to be run", 2);
    app.parse(taken ? own : static_cast<int>(words.size()), words.data());
  }

  Command* chosen() const {
    for (const std::unique_ptr<Command>& command : commands)
      if (app.got_subcommand(std::string(command->name()))) return command.get();
    return nullptr;
  }
};

void print(std::FILE* stream, const std::string& text) { std::fputs(text.c_str(), stream); }

ExitCode usage_error(Terminal& terminal, const std::string& message) {
  terminal.error(message);
  if (terminal.json())
    terminal.print(json_text({{"schema", "drydock.error/1"}, {"exit_code", 2}, {"message", message}}));
  return ExitCode::usage;
}

std::string what_is_wrong(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> left = app.remaining();
  if (app.get_subcommands().empty() && !left.empty() && !left.front().starts_with('-'))
    return "there is no command '" + left.front() + "'";
  return error.what();
}

const CLI::App& innermost(const CLI::App& app) {
  const std::vector<CLI::App*> chosen = app.get_subcommands();
  return chosen.empty() ? app : *chosen.front();
}

nlohmann::ordered_json document_of(const Ending& ending, const std::exception_ptr& exception) {
  nlohmann::ordered_json document{
      {"schema", "drydock.error/1"}, {"exit_code", static_cast<int>(ending.code)}, {"message", ending.message}};
  try {
    std::rethrow_exception(exception);
  } catch (const HistoryConflict& conflict) {
    for (const Conflict& each : conflict.conflicts)
      document["conflicts"].push_back({{"version", each.id},
                                       {"name", each.name},
                                       {"file", each.file},
                                       {"message", each.message},
                                       {"diff", each.diff}});
  } catch (const ApplyFailure& failure) {
    document["failed"] = {{"version", failure.id}, {"line", failure.line}, {"sqlstate", failure.sqlstate}};
    const ErrorObjects& objects = failure.objects;
    for (const auto& [kind, name] : {std::pair("schema", objects.schema), std::pair("table", objects.table),
                                     std::pair("column", objects.column), std::pair("constraint", objects.constraint)})
      document["failed"][kind] = name.empty() ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(name);
    document[failure.undoes ? "undone" : "applied"] = failure.applied;
  } catch (...) {
  }
  return document;
}

// The server's own words, which may hold values from rows.
void show_raw(const std::exception_ptr& exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const ApplyFailure& failure) {
    print(stderr, "the server said: " + failure.raw + "\n");
  } catch (const DatabaseError& error) {
    print(stderr, "the server said: " + error.raw() + "\n");
  } catch (...) {
  }
}

// Of a command that a signal ends: what a shell will see as its exit code.
void explain(Terminal& terminal, const Interrupted& end) {
  if (!end.told) terminal.error(end.what());
  if (!terminal.json() || terminal.has_printed()) return;
  constexpr int of_signals = 128;
  terminal.print(
      json_text({{"schema", "drydock.error/1"}, {"exit_code", of_signals + end.signal}, {"message", end.what()}}));
}

// How a command ended that threw. A signal's Interrupted goes on to main().
ExitCode explain(Terminal& terminal, bool show_values) {
  const std::exception_ptr exception = std::current_exception();
  try {
    throw;
  } catch (const Interrupted& end) {
    if (end.signal != 0) {
      explain(terminal, end);
      throw;
    }
  } catch (...) {
  }
  const Ending ending = ending_of(exception);
  terminal.error(ending.message);
  if (show_values) show_raw(exception);
  if (terminal.json()) terminal.print(json_text(document_of(ending, exception)));
  return ending.code;
}

ExitCode print_help(CommandLine& line) {
  if (line.help_about.empty()) {
    print(stdout, help_of(line.app));
    return ExitCode::done;
  }
  for (const CLI::App* command : line.app.get_subcommands({}))
    if (command->get_name() == line.help_about) {
      print(stdout, help_of(*command));
      return ExitCode::done;
    }
  print(stderr, "error: there is no command '" + line.help_about + "'; `drydock help` lists them\n");
  return ExitCode::usage;
}

}  // namespace

ExitCode run_command_line(int argc, char** argv) {
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  CommandLine line(words);
  const bool json = std::ranges::find(words, "--json", as_view) != words.end();
  try {
    line.parse(words);
  } catch (const CLI::CallForHelp&) {
    print(stdout, help_of(innermost(line.app)));
    return ExitCode::done;
  } catch (const CLI::ParseError& error) {
    Terminal terminal({.json = json});
    return usage_error(terminal, what_is_wrong(line.app, error) + "\n`drydock --help` lists commands and options");
  }
  if (line.version) {
    print(stdout, "drydock " + std::string(version()) + "\n");
    return ExitCode::done;
  }
  if (line.help->parsed()) return print_help(line);

  Terminal terminal({colour_choice(line.flags.color), line.flags.quiet, line.flags.json});
  Command* const command = line.chosen();
  if (command == nullptr) return usage_error(terminal, "no command was given; `drydock --help` lists them");
  try {
    start_log(line.flags.log_level, colour_choice(line.flags.color));
    const ExitCode code = command->run(read_settings(line.flags), terminal);
    if (terminal.is_heard()) return code;
    terminal.error("standard output could not be written to its end; what the command did stands");
    return code == ExitCode::done ? ExitCode::unexpected : code;
  } catch (...) {
    return explain(terminal, line.flags.show_values && isatty(STDERR_FILENO) != 0);
  }
}

}  // namespace drydock
