// `drydock clean`: removes what killed rehearsals left, and lists it.
#include <nlohmann/json.hpp>

#include "rehearsal/shadow/shadow.h"
#include "runner/cli/command.h"

namespace drydock {
namespace {

class CleanCommand final : public Command {
 public:
  std::string_view name() const override { return "clean"; }
  std::string_view summary() const override { return "removes what killed rehearsals left, and lists it"; }
  ExitCode run(const Settings& settings, Terminal& terminal) override {
    const std::vector<std::string> removed = remove_leftovers(settings.config.shadow_directory);
    if (terminal.json()) {
      terminal.print(nlohmann::ordered_json{{"schema", "drydock.clean/1"}, {"removed", removed}}.dump(2));
      return ExitCode::done;
    }
    for (const std::string& line : removed) terminal.print(line);
    if (removed.empty()) terminal.say("Nothing was left behind.");
    return ExitCode::done;
  }
};

}  // namespace

std::unique_ptr<Command> make_clean_command() { return std::make_unique<CleanCommand>(); }

}  // namespace drydock
