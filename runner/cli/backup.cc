// `drydock backup check FILE`: restores a backup into a private place and says what is in it. The backup is only read.
#include <CLI/CLI.hpp>

#include "runner/cli/backup_checking.h"
#include "runner/cli/command.h"
#include "runner/cli/rehearsing.h"
#include "runner/database/interruption.h"

namespace drydock {
namespace {

class BackupCommand final : public Command {
 public:
  std::string_view name() const override { return "backup"; }
  std::string_view summary() const override {
    return "check FILE: restores a backup, says what is in it, and records that it was proved";
  }

  void declare(CLI::App& app) override {
    app.add_option("ACTION", action_, "check")->required()->check(CLI::IsMember({"check"}));
    app.add_option("FILE", file_,
                   "a dump of pg_dump's in any format, a base backup, a repository of pgBackRest's, a SQLite file or "
                   "its .dump")
        ->required();
    demands_.declare(app);
    app.add_option("--timeout", timeout_, "the whole command ends after this time: 30s, 10min")->option_text("TIME");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    demands_.demands(settings);  // what cannot be read is said before anything is restored
    if (!timeout_.empty()) set_deadline(duration_asked_for("--timeout", timeout_));
    BackupChecking checking(settings, terminal, "backup check");
    const CheckedBackup checked = checking.check(file_, demands_.demands(checking.settings()));
    const bool proved = checked.verdict.proved();
    if (proved) checking.record(file_, checked.evidence);
    if (terminal.json()) {
      nlohmann::ordered_json document{{"schema", "drydock.backup/1"}};
      document.update(json_of(checked, file_));
      terminal.print(document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace));
    } else {
      terminal.print(text_of(checked, file_, terminal.style()));
    }
    if (proved) {
      terminal.say("The backup is proved: it was restored, and holds what it should.");
      return ExitCode::done;
    }
    terminal.error(refusal_of(checked, file_));
    return ExitCode::cannot_rehearse;
  }

 private:
  std::string action_, file_, timeout_;
  BackupDemandOptions demands_;
};

}  // namespace

std::unique_ptr<Command> make_backup_command() { return std::make_unique<BackupCommand>(); }

}  // namespace drydock
