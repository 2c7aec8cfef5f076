#include "runner/cli/other_tool.h"

#include "rehearsal/rehearse_command.h"
#include "runner/cli/consents_file.h"

namespace drydock {

OtherCommand other_command(const RehearsalOptions& options, const Settings& settings, Dialect dialect,
                           const CommandOutput& output) {
  OtherCommand command;
  command.words = options.command;
  const auto program = find_program(command.words.front());
  if (!program)
    throw Failure(ExitCode::usage, "there is no program '" + command.words.front() +
                                       "' that may be run; nothing was run. Behind -- stands a program of PATH or a "
                                       "path to one, then its arguments");
  command.program = *program;
  command.output = output.path();
  command.templates = settings.config.command.environment;
  command.limit = settings.config.command.timeout;
  command.consents = read_consents(consents_file_name, dialect);
  return command;
}

Rehearsal rehearse_other(const OtherCommand& command, Target& target, const Settings& settings,
                         const RehearsalOptions& options, Terminal& terminal, CommandOutput& output) {
  try {
    Rehearsal rehearsal = rehearse_by(target, settings, options, terminal, [&](const RehearseRequest& request) {
      return rehearse_command(command, request);
    });
    output.show();
    for (JudgedMigration& judged : rehearsal.verdict.migrations)
      if (!judged.observed.error.empty()) judged.observed.error += "; " + output.where();
    return rehearsal;
  } catch (...) {
    output.show();
    throw;
  }
}

}  // namespace drydock
