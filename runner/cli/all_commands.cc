// The table of the commands, in the order of --help. Each is made in the file of its name.
#include "runner/cli/command.h"

namespace drydock {

std::vector<std::unique_ptr<Command>> all_commands() {
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make :
       {make_migrate_command,   make_rehearse_command, make_undo_command,   make_status_command, make_plan_command,
        make_lint_command,      make_new_command,      make_adopt_command,  make_repair_command, make_init_command,
        make_squash_command,    make_schema_command,   make_verify_command, make_reset_command,  make_protect_command,
        make_unprotect_command, make_backup_command,   make_drill_command,  make_kept_command,   make_doctor_command,
        make_clean_command,     make_version_command})
    commands.push_back(make());
  return commands;
}

}  // namespace drydock
