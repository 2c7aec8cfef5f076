// `drydock unprotect`: takes away what `drydock protect` installed.
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/target.h"
#include "runner/identity/protection.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

class UnprotectCommand final : public Command {
 public:
  std::string_view name() const override { return "unprotect"; }
  std::string_view summary() const override { return "PostgreSQL: takes away what protect installed"; }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (settings.database().dialect() == Dialect::sqlite)
      throw Failure(ExitCode::usage, "`drydock protect` is for PostgreSQL, so that there is nothing to take away in " +
                                         settings.database().display() + "; nothing was changed");
    Target target(settings, OpenOptions::Access::read_write, "drydock unprotect", Target::Files::none);
    const bool was_there = read_protection(target.database()).schema;
    if (was_there) remove(target);
    report(target.url().display(), was_there, terminal);
    return ExitCode::done;
  }

 private:
  static void remove(Target& target) {
    constexpr std::string_view insufficient_privilege = "42501";
    try {
      remove_protection(target.database());
    } catch (const DatabaseError& error) {
      if (error.sqlstate() != insufficient_privilege) throw;
      throw Failure(ExitCode::usage, "the role of " + target.url().display() + " may not take the protection away (" +
                                         error.what() +
                                         "); it is as it was. Run `drydock unprotect` as the role that ran `drydock "
                                         "protect`, or as a superuser");
    }
  }

  static void report(const std::string& database, bool was_there, Terminal& terminal) {
    if (terminal.json()) {
      terminal.print(json_text({{"schema", "drydock.unprotect/1"},
                                {"result", was_there ? "unprotected" : "not-protected"},
                                {"database", database}}));
      return;
    }
    terminal.say(was_there ? "Whoever owns a table in " + database + " may drop it again."
                           : database + " is not protected: nothing to take away.");
  }
};

}  // namespace

std::unique_ptr<Command> make_unprotect_command() { return std::make_unique<UnprotectCommand>(); }

}  // namespace drydock
