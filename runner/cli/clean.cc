// `drydock clean`: removes what killed rehearsals left, and lists it.
#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "rehearsal/shadow/shadow.h"
#include "runner/cli/command.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

void add(Leftovers& all, Leftovers&& more) {
  std::ranges::move(more.removed, std::back_inserter(all.removed));
  std::ranges::move(more.left, std::back_inserter(all.left));
}

// Where the provider `server` may have made a database: the servers that the settings name.
std::vector<DatabaseUrl> servers_of(const Settings& settings) {
  std::vector<DatabaseUrl> servers;
  const auto add_once = [&](DatabaseUrl server) {
    const bool known =
        std::ranges::any_of(servers, [&](const DatabaseUrl& each) { return each.display() == server.display(); });
    if (server.dialect() == Dialect::postgres && !known) servers.push_back(std::move(server));
  };
  if (settings.target.shadow_server) add_once(DatabaseUrl::parse(*settings.target.shadow_server));
  if (settings.database_text) add_once(settings.direct_database());
  return servers;
}

class CleanCommand final : public Command {
 public:
  std::string_view name() const override { return "clean"; }
  std::string_view summary() const override { return "removes what killed rehearsals left, and lists it"; }
  ExitCode run(const Settings& settings, Terminal& terminal) override {
    Leftovers all = remove_leftovers(settings.config.shadow_directory);
    for (const DatabaseUrl& server : servers_of(settings)) {
      try {
        add(all, remove_leftovers_on(server));
      } catch (const DatabaseError& error) {
        // What lies on this machine is removed all the same.
        terminal.warn("it was not looked at what lies on " + server.display() + ": " + error.what());
      }
    }
    if (terminal.json()) {
      terminal.print(json_text({{"schema", "drydock.clean/1"}, {"removed", all.removed}, {"left", all.left}}));
      return ExitCode::done;
    }
    for (const auto* lines : {&all.removed, &all.left})
      for (const std::string& line : *lines) terminal.print(line);
    if (all.removed.empty() && all.left.empty()) terminal.say("Nothing was left behind.");
    return ExitCode::done;
  }
};

}  // namespace

std::unique_ptr<Command> make_clean_command() { return std::make_unique<CleanCommand>(); }

}  // namespace drydock
