// Another tool's command: alembic upgrade head, bin/rails db:migrate, a script. A plain value, and running it once, on
// the shadow or on the target.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/command_environment.h"
#include "rehearsal/shadow/command_isolation.h"
#include "runner/migration/directives.h"

namespace drydock {

struct OtherCommand {
  std::vector<std::string> words;  // the program first, as given
  std::filesystem::path program;   // found
  std::filesystem::path output;    // where its standard output and error go, appended; empty: nowhere
  EnvironmentVariables templates;  // [command] environment
  std::chrono::milliseconds limit{std::chrono::hours(1)};  // on the shadow
  std::vector<Consent> consents;

  // How reports name it: the program's name without its folder.
  std::string name() const;
  // "sha256:..." over its words.
  std::string checksum() const;
};

// Its id in reports, where a migration's version stands.
inline constexpr const char* command_id = "command";

// By PATH, as a shell looks for it. nullopt: there is none that may be run.
std::optional<std::filesystem::path> find_program(const std::string& word);

// Runs it to its end; its exit status, 128 and the signal's number where a signal ended it.
// On a shadow: isolated, what it leaves running is ended, CannotRehearse where the limit is over; throws Interrupted.
int run_on_shadow(const OtherCommand& command, const DatabaseUrl& shadow, const CommandIsolation& isolation);
// On the target: only a signal ends it early (SIGTERM first), then throws Interrupted; --timeout does not.
int run_on_target(const OtherCommand& command, const DatabaseUrl& target, const std::optional<std::string>& url_text);

}  // namespace drydock
