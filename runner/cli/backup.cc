// `drydock backup check FILE`: restores a backup into a private place and says what is in it. `backup stage FILE --to
// URL` goes on from there: what was restored, masked, replaces a staging database. The backup is only read.

#include "runner/cli/backup_checking.h"
#include "runner/cli/backup_staging.h"
#include "runner/cli/command.h"
#include "runner/cli/rehearsing.h"
#include "runner/database/interruption.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

class BackupCommand final : public Command {
 public:
  std::string_view name() const override { return "backup"; }
  std::string_view summary() const override {
    return "check FILE: restores a backup, and says what is in it; stage FILE: fills a staging database with it";
  }

  void declare(Options& options) override {
    options.argument("ACTION", action_, "check or stage").required().one_of({"check", "stage"});
    options
        .argument("FILE", file_,
                  "a dump of pg_dump's in any format, a base backup, a repository of pgBackRest's, a SQLite file or "
                  "its .dump")
        .required();
    demands_.declare(options);
    staging_.declare(options);
    options.option("--timeout", "TIME", timeout_, "the whole command ends after this time: 30s, 10min");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    demands_.demands(settings);  // what cannot be read is said before anything is restored
    if (staging_.to.empty() == (action_ == "stage"))
      throw Failure(ExitCode::usage, action_ == "stage" ? "stage takes --to URL: the staging database that is replaced"
                                                        : "--to belongs to `backup stage`");
    if (!timeout_.empty()) set_deadline(duration_asked_for("--timeout", timeout_));
    if (action_ == "stage") return stage(settings, terminal, file_, demands_, staging_);
    return check(settings, terminal);
  }

 private:
  ExitCode check(const Settings& settings, Terminal& terminal) const {
    BackupChecking checking(settings, terminal, "backup check");
    const CheckedBackup checked = checking.check(file_, demands_.demands(checking.settings()));
    const bool proved = checked.verdict.proved();
    if (proved) checking.record(file_, checked.evidence);
    if (terminal.json()) {
      nlohmann::ordered_json document{{"schema", "drydock.backup/1"}};
      document.update(json_of(checked, file_));
      terminal.print(json_text(document));
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

  std::string action_, file_, timeout_;
  BackupDemandOptions demands_;
  StagingOptions staging_;
};

}  // namespace

std::unique_ptr<Command> make_backup_command() { return std::make_unique<BackupCommand>(); }

}  // namespace drydock
