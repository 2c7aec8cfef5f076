// `drydock protect`: the event trigger that refuses drops by anybody but drydock; with --roles the statements that take
// the right to drop from the application altogether.
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/target.h"
#include "runner/cli/version.h"
#include "runner/identity/protection.h"
#include "runner/identity/role_split.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

constexpr std::string_view insufficient_privilege = "42501";

class ProtectCommand final : public Command {
 public:
  std::string_view name() const override { return "protect"; }
  std::string_view summary() const override {
    return "PostgreSQL: refuses drops of tables and columns by anybody but drydock";
  }

  void declare(Options& options) override {
    options.flag("--truncate", truncate_, "refuse TRUNCATE too, by a trigger on each table");
    options.flag("--roles", roles_,
                 "change nothing: print the statements that give the tables to an owning role and leave the "
                 "application one that cannot drop them");
    options
        .option("--owner", "ROLE", owner_, "with --roles: the owning role; the database's name and _owner by default")
        .needs("--roles");
    options
        .option("--app", "ROLE", application_,
                "with --roles: the application's role; the database's name and _app by default")
        .needs("--roles");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (settings.database().dialect() == Dialect::sqlite)
      throw Failure(ExitCode::usage, "SQLite has neither event triggers nor roles, so that nothing in " +
                                         settings.database().display() +
                                         " could refuse a drop; nothing was changed. Who may write the file decides");
    Target target(settings, roles_ ? OpenOptions::Access::read_only : OpenOptions::Access::read_write,
                  "drydock protect", Target::Files::none);
    return roles_ ? print_roles(target, terminal) : protect(target, terminal);
  }

 private:
  ExitCode print_roles(Target& target, Terminal& terminal) const {
    const std::string statements = statements_for(target);
    terminal.print(terminal.json() ? json_text({{"schema", "drydock.protect/1"},
                                                {"result", "statements"},
                                                {"database", target.url().display()},
                                                {"statements", statements}})
                                   : statements);
    return ExitCode::done;
  }

  std::string statements_for(Target& target) const {
    try {
      return role_split_sql(target.database(), {.owner = owner_, .application = application_});
    } catch (const UnsuitableRole& error) {
      throw Failure(ExitCode::usage, error.what());
    }
  }

  ExitCode protect(Target& target, Terminal& terminal) const {
    const Protection before = read_protection(target.database());
    const bool installs = !before.event_trigger || !before.current;
    if (installs) install(target);
    if (truncate_) refuse_truncate_everywhere(target, before);
    report(target.url().display(), before, terminal);
    return ExitCode::done;
  }

  void install(Target& target) const {
    try {
      install_protection(target.database(), runner_name() + " with drydock " + std::string(version()));
    } catch (const DatabaseError& error) {
      if (error.sqlstate() != insufficient_privilege) throw;
      throw Failure(ExitCode::usage,
                    "the role of " + target.url().display() + " may not make event triggers here (" + error.what() +
                        "); nothing was changed. Run `drydock protect` as a superuser, or as the main user of a "
                        "managed service; or keep the application from dropping by these statements, which `drydock "
                        "protect --roles` prints:\n\n" +
                        statements_for(target));
    }
  }

  // A table at a time, so that none is locked while another is waited for.
  static void refuse_truncate_everywhere(Target& target, const Protection& before) {
    std::size_t done = before.against_truncate.size();
    for (const std::string& table : before.open_to_truncate) {
      try {
        refuse_truncate(target.database(), table);
        ++done;
      } catch (const DatabaseError& error) {
        throw Failure(error.sqlstate() == insufficient_privilege ? ExitCode::usage : ExitCode::unexpected,
                      "TRUNCATE of " + table + " could not be refused: " + error.what() + ". Drops are refused, and " +
                          "TRUNCATE on " + std::to_string(done) + " of " +
                          std::to_string(before.against_truncate.size() + before.open_to_truncate.size()) +
                          " tables; run `drydock protect --truncate` again for the others");
      }
    }
  }

  void report(const std::string& database, const Protection& before, Terminal& terminal) const {
    const bool was_there = before.event_trigger && before.current;
    const std::size_t tables = truncate_ ? before.open_to_truncate.size() : 0;
    if (terminal.json()) {
      terminal.print(json_text({{"schema", "drydock.protect/1"},
                                {"result", was_there && tables == 0 ? "protected-already" : "protected"},
                                {"database", database},
                                {"tables_against_truncate", before.against_truncate.size() + tables}}));
      return;
    }
    if (was_there)
      terminal.say(database + " is protected already.");
    else
      terminal.say("Drops of tables and columns in " + database + " are refused from now on" +
                   (before.event_trigger ? ", as this version of drydock does it" : "") +
                   ", whoever asks: drydock's own migrations aside.");
    if (truncate_)
      terminal.say(tables == 0 ? "TRUNCATE is refused on every table already."
                               : "TRUNCATE is refused on " + std::to_string(tables) +
                                     " more tables. A table that is made later needs `drydock protect --truncate` "
                                     "again.");
    if (!was_there)
      terminal.say(
          "It is a seat belt and no security boundary: DELETE passes, and so does whoever removes the "
          "trigger. `drydock unprotect` takes it off; `drydock protect --roles` shows how to take the right "
          "to drop away.");
  }

  bool truncate_ = false, roles_ = false;
  std::string owner_, application_;
};

}  // namespace

std::unique_ptr<Command> make_protect_command() { return std::make_unique<ProtectCommand>(); }

}  // namespace drydock
