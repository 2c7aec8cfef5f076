// `drydock drill`: the newest backup restored and checked, and what is pending rehearsed on it. One line for cron.

#include "rehearsal/backup/newest_backup.h"
#include "runner/cli/backup_checking.h"
#include "runner/cli/command.h"
#include "runner/cli/rehearsal_document.h"
#include "runner/cli/rehearsing.h"
#include "runner/database/interruption.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

// What a restore would cost, in a sentence.
std::string cost_of(const CheckedBackup& checked) {
  return "a restore takes " + duration_text(checked.restored.seconds) + " and loses what came after " +
         iso_of(checked.restored.taken_at) + ": " + age_text(now() - checked.restored.taken_at);
}

class DrillCommand final : public Command {
 public:
  std::string_view name() const override { return "drill"; }
  std::string_view summary() const override {
    return "restores and checks the newest backup, rehearses what is pending on it, and says what a restore would cost";
  }

  void declare(Options& options) override {
    options.option("--folder", "DIR", folder_, "where the backups lie; [backup] folder in drydock.toml");
    options.option("--command", "COMMAND", command_,
                   "fetches the newest backup and prints its path; [backup] command in drydock.toml");
    demands_.declare(options);
    options.option("--timeout", "TIME", timeout_, "the whole command ends after this time: 30s, 10min");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    demands_.demands(settings);  // what cannot be read is said before anything is restored
    if (!timeout_.empty()) set_deadline(duration_asked_for("--timeout", timeout_));
    const FoundBackup found = find(settings, terminal);
    BackupChecking checking(settings, terminal, "drill");
    const CheckedBackup checked = checking.check(found.path, demands_.demands(checking.settings()));
    if (!checked.verdict.proved()) return refused(checked, found, terminal);
    checking.record(found.path, checked.evidence);
    const std::optional<Document> rehearsal = rehearse_pending(checked, found, settings, terminal);
    const ExitCode code = !rehearsal || rehearsal->verdict == "safe" || rehearsal->verdict == "consented"
                              ? ExitCode::done
                              : ExitCode::rejected;
    report(checked, found, rehearsal, terminal);
    return code;
  }

 private:
  FoundBackup find(const Settings& settings, Terminal& terminal) const {
    BackupConfig place = settings.config.backup;
    if (!folder_.empty()) place = {folder_, std::nullopt};
    if (!command_.empty()) place = {std::nullopt, HookCommand{"/bin/sh", "-c", command_}};
    if (place.folder) return newest_backup_in(*place.folder);
    if (!place.command)
      throw Failure(ExitCode::usage,
                    "where the backups lie is not known: give --folder DIR or --command COMMAND, or write folder or "
                    "command under [backup] in " +
                        settings.config_path.string());
    terminal.progress("fetching the newest backup");
    return fetch_backup(*place.command, settings.config.shadow_directory);
  }

  static ExitCode refused(const CheckedBackup& checked, const FoundBackup& found, Terminal& terminal) {
    if (terminal.json())
      print(checked, found, std::nullopt, terminal);
    else if (terminal.shows_narrative())
      terminal.print(text_of(checked, found.path, terminal.style()));
    terminal.error(refusal_of(checked, found.path));
    return ExitCode::cannot_rehearse;
  }

  // Files against the record in the backup. nullopt where nothing is pending for it.
  static std::optional<Document> rehearse_pending(const CheckedBackup& checked, const FoundBackup& found,
                                                  const Settings& given, Terminal& terminal) {
    Settings settings = given;
    settings.database_text = checked.restored.backup->address();
    settings.direct_database_text.reset();
    settings.target.unset.clear();
    settings.target.shadow.reset();
    settings.target.id.reset();
    settings.target.is_protected = false;
    settings.environment_given = true;
    if (checked.state.stamp) settings.environment = checked.state.stamp->environment;
    if (!std::filesystem::exists(settings.migrations)) {
      terminal.say("There is no folder " + settings.migrations.string() + ": nothing is rehearsed.");
      return std::nullopt;
    }
    Target target(settings, OpenOptions::Access::read_only, "drydock drill");
    const Plan plan = target.plan();
    if (plan.empty()) return std::nullopt;
    terminal.progress("rehearsing " + count_of(static_cast<std::int64_t>(plan.steps.size()), "migration") +
                      " on the restored backup");
    Rehearsal rehearsal = rehearse_plan(plan, target, settings, RehearsalOptions{}, terminal);
    rehearsal.source = found.path.string();
    Document document = document_of(rehearsal, plan);
    document.command = "drill";
    return document;
  }

  static void report(const CheckedBackup& checked, const FoundBackup& found, const std::optional<Document>& rehearsal,
                     Terminal& terminal) {
    if (terminal.json()) return print(checked, found, rehearsal, terminal);
    if (terminal.shows_narrative()) {
      terminal.print(text_of(checked, found.path, terminal.style()) + "\n");
      if (rehearsal) terminal.print(make_text_writer()->write(*rehearsal, terminal.style()) + "\n");
    }
    terminal.print(found.path.filename().string() + " is proved: " + count_of(checked.evidence.tables, "table") +
                   " with " + count_of(checked.evidence.rows, "row") + "; " + cost_of(checked) + "; " +
                   (rehearsal ? count_of(static_cast<std::int64_t>(rehearsal->plan.size()), "migration") +
                                    " rehearsed on it: " + rehearsal->verdict
                              : std::string("nothing is pending for it")) +
                   "\n");
  }

  static void print(const CheckedBackup& checked, const FoundBackup& found, const std::optional<Document>& rehearsal,
                    Terminal& terminal) {
    const bool rejected = rehearsal && rehearsal->verdict != "safe" && rehearsal->verdict != "consented";
    Json document{{"schema", "drydock.drill/1"},
                  {"result", !checked.verdict.proved() ? "refused"
                             : rejected                ? "rejected"
                                                       : "proved"},
                  {"backup", json_of(checked, found.path)},
                  {"restore_seconds", checked.restored.seconds},
                  {"lost_seconds", (now() - checked.restored.taken_at).count()},
                  {"rehearsal", nullptr}};
    if (rehearsal) document["rehearsal"] = Json::parse(make_json_writer()->write(*rehearsal));
    terminal.print(json_text(document));
  }

  std::string folder_, command_, timeout_;
  BackupDemandOptions demands_;
};

}  // namespace

std::unique_ptr<Command> make_drill_command() { return std::make_unique<DrillCommand>(); }

}  // namespace drydock
