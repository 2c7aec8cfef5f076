// `drydock plan`: the exact SQL that migrate would run, in order, with the borders of its transactions.
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/plan_document.h"
#include "runner/cli/target.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

std::string sql_of(const Statement& statement) {
  return statement.text + ";\n" + (statement.copy_data ? *statement.copy_data + "\\.\n" : "");
}

// What is set for the session before the migration's first statement.
std::string session_of(const Migration& migration, Dialect dialect) {
  if (dialect == Dialect::sqlite)
    return std::string("PRAGMA foreign_keys = ") + (migration.directives.foreign_keys_on ? "ON" : "OFF") + ";\n";
  const auto timeout = [](const char* name, const auto& value) {
    return value ? std::string("SET ") + name + " = '" + std::to_string(value->count()) + "ms';\n" : std::string();
  };
  return timeout("lock_timeout", migration.directives.lock_timeout) +
         timeout("statement_timeout", migration.directives.statement_timeout);
}

std::string verification_of(const Migration& migration) {
  if (migration.verification.empty()) return {};
  std::string text = "SAVEPOINT drydock_verify;  -- " + migration.source.verify->file + "\n";
  for (const Statement& statement : migration.verification) text += sql_of(statement);
  return text + "ROLLBACK TO SAVEPOINT drydock_verify;\nRELEASE SAVEPOINT drydock_verify;\n";
}

std::string text_of(const Step& step, Dialect dialect) {
  const std::string title = "-- " + step.migration.source.file + "\n";
  if (step.action == Step::Action::record)
    return title + "-- record only: what it replaces is applied, and no statement of it is run\n";
  std::string text = title + session_of(step.migration, dialect);
  for (std::size_t index = step.first_part; index < step.parts.size(); ++index) {
    const Part& part = step.parts[index];
    const bool alone = part.mode == Part::Mode::alone;
    text += alone ? "-- outside a transaction\n" : begin_of(part, dialect) + ";\n";
    for (const std::size_t statement : part.statements) text += sql_of(step.migration.statements[statement]);
    if (!alone && part.last) text += verification_of(step.migration);
    if (!alone) text += "COMMIT;\n";
    if (alone && part.last && !step.migration.verification.empty())
      text += "BEGIN;\n" + verification_of(step.migration) + "ROLLBACK;\n";
  }
  return text;
}

class PlanCommand final : public Command {
 public:
  std::string_view name() const override { return "plan"; }
  std::string_view summary() const override { return "the exact SQL that migrate would run, with its transactions"; }
  void declare(Options& options) override { options.option("--to", "VERSION", to_, "up to this version"); }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    Target target(settings, OpenOptions::Access::read_only, "drydock plan");
    const Plan plan = target.plan(version_asked_for(to_, target.files()));
    const Dialect dialect = target.url().dialect();
    if (terminal.json()) {
      terminal.print(json_text(plan_document(plan, target.url())));
      return ExitCode::done;
    }
    if (plan.empty()) terminal.print("-- nothing is pending in " + target.url().display());
    for (const std::string& note : plan.notes) terminal.print("-- " + note);
    bool first = true;
    for (const Step& step : plan.steps) {
      terminal.pass_on((first ? "" : "\n") + text_of(step, dialect));
      first = false;
    }
    return ExitCode::done;
  }

 private:
  std::string to_;
};

}  // namespace

std::unique_ptr<Command> make_plan_command() { return std::make_unique<PlanCommand>(); }

}  // namespace drydock
