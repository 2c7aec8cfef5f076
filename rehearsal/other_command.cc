#include "rehearsal/other_command.h"

#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "rehearsal/shadow/child_process.h"
#include "rehearsal/shadow/shadow.h"
#include "runner/database/interruption.h"
#include "runner/migration/checksum.h"

namespace drydock {

namespace fs = std::filesystem;

namespace {

// How long a command that is told to end may take to roll back and leave.
constexpr std::chrono::seconds patience{10};

bool may_be_run(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

Program program_of(const OtherCommand& command, EnvironmentVariables variables) {
  Program program;
  program.arguments = command.words;
  program.arguments.front() = command.program.string();
  program.variables = std::move(variables);
  program.environment = Program::Environment::empty;
  program.output = command.output;
  return program;
}

}  // namespace

std::string OtherCommand::name() const { return fs::path(words.front()).filename().string(); }

std::string OtherCommand::checksum() const {
  std::string text;
  for (const std::string& word : words) text += std::to_string(word.size()) + ':' + word;
  return sha256(text);
}

std::optional<fs::path> find_program(const std::string& word) {
  if (word.find('/') != std::string::npos) return may_be_run(word) ? std::optional(fs::absolute(word)) : std::nullopt;
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const fs::path candidate = fs::absolute(folder.empty() ? "." : folder) / word;
    if (!word.empty() && may_be_run(candidate)) return candidate;
  }
  return std::nullopt;
}

int run_on_shadow(const OtherCommand& command, const DatabaseUrl& shadow, const CommandIsolation& isolation) {
  Program program =
      program_of(command, command_environment(shadow, std::nullopt, CommandPlace::shadow, command.templates));
  program.before_user = [&isolation] { isolation.enter(); };
  const auto end = std::chrono::steady_clock::now() + command.limit;
  ChildProcess child(program);
  while (!child.ended()) {
    pause_for(std::chrono::milliseconds(5));
    if (std::chrono::steady_clock::now() < end) continue;
    throw CannotRehearse(command.name() + " did not end on the shadow within " +
                         std::to_string(std::chrono::duration_cast<std::chrono::seconds>(command.limit).count()) +
                         " seconds and was killed there; " + isolation.state_of_target() +
                         ". Where it needs longer, set timeout under [command] in drydock.toml");
  }
  child.end_descendants();
  return child.wait();
}

int run_on_target(const OtherCommand& command, const DatabaseUrl& target, const std::optional<std::string>& url_text) {
  const DeadlineShelter only_signals;
  ChildProcess child(
      program_of(command, command_environment(target, url_text, CommandPlace::target, command.templates)));
  try {
    return child.wait();
  } catch (const Interrupted&) {
    child.end(SIGTERM, patience);
    throw;
  }
}

}  // namespace drydock
