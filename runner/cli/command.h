// A command of the command line: its name, its options, what it does. One file per command; all_commands.cc lists them,
// and --help is made from that list.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runner/cli/exit_code.h"
#include "runner/cli/options.h"
#include "runner/cli/settings.h"
#include "runner/cli/terminal.h"

namespace drydock {

class Command {
 public:
  virtual ~Command() = default;
  virtual std::string_view name() const = 0;
  // One line for --help.
  virtual std::string_view summary() const = 0;
  // Its own options, bound to its members. The global ones are there already.
  virtual void declare(Options&) {}
  // The words behind "--": another tool's command. False where this command takes none.
  virtual bool take_other_command(const std::vector<std::string>& /*words*/) { return false; }
  // REQUIRES: declare() was called and the command line was parsed into it.
  virtual ExitCode run(const Settings& settings, Terminal& terminal) = 0;
};

// In the order of --help.
std::vector<std::unique_ptr<Command>> all_commands();

// Each in the file of its name.
std::unique_ptr<Command> make_migrate_command();
std::unique_ptr<Command> make_rehearse_command();
std::unique_ptr<Command> make_undo_command();
std::unique_ptr<Command> make_status_command();
std::unique_ptr<Command> make_plan_command();
std::unique_ptr<Command> make_lint_command();
std::unique_ptr<Command> make_new_command();
std::unique_ptr<Command> make_repair_command();
std::unique_ptr<Command> make_init_command();
std::unique_ptr<Command> make_squash_command();
std::unique_ptr<Command> make_schema_command();
std::unique_ptr<Command> make_verify_command();
std::unique_ptr<Command> make_adopt_command();
std::unique_ptr<Command> make_reset_command();
std::unique_ptr<Command> make_protect_command();
std::unique_ptr<Command> make_unprotect_command();
std::unique_ptr<Command> make_backup_command();
std::unique_ptr<Command> make_drill_command();
std::unique_ptr<Command> make_kept_command();
std::unique_ptr<Command> make_doctor_command();
std::unique_ptr<Command> make_clean_command();
std::unique_ptr<Command> make_version_command();

}  // namespace drydock
