// `drydock version`: the same as --version.
#include "runner/cli/version.h"

#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

class VersionCommand final : public Command {
 public:
  std::string_view name() const override { return "version"; }
  std::string_view summary() const override { return "the version of drydock"; }
  ExitCode run(const Settings&, Terminal& terminal) override {
    if (terminal.json())
      terminal.print(json_text({{"schema", "drydock.version/1"}, {"version", version()}}));
    else
      terminal.print("drydock " + std::string(version()));
    return ExitCode::done;
  }
};

}  // namespace

std::unique_ptr<Command> make_version_command() { return std::make_unique<VersionCommand>(); }

}  // namespace drydock
