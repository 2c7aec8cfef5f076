// `drydock rehearse`: what `migrate` would do, on a shadow. The source is only read.
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "rehearsal/shadow/work_tree.h"
#include "runner/cli/command.h"
#include "runner/cli/many.h"
#include "runner/cli/other_tool.h"
#include "runner/cli/receipts.h"
#include "runner/cli/rehearsal_document.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/server_wait.h"
#include "runner/cli/undo_rehearsal.h"
#include "runner/cli/version.h"
#include "runner/database/interruption.h"
#include "runner/plan/fingerprint.h"
#include "runner/report/writer.h"

namespace drydock {
namespace {

// ".txt, .json, .md": one for each writer.
std::string endings_of_reports() {
  std::string endings;
  for (const auto& writer : all_writers()) endings += (endings.empty() ? "" : ", ") + std::string(writer->ending());
  return endings;
}

const ReportWriter& writer_of(const std::string& file) {
  if (const ReportWriter* writer = writer_for(file)) return *writer;
  throw Failure(ExitCode::usage,
                "--report " + file + ": the ending chooses the format; there are: " + endings_of_reports());
}

// As code scanning names it: from the root of the repository, where there is one around. Absolute outside of that.
std::string folder_in_repository(const std::filesystem::path& folder) {
  // The rehearsal is done: what cannot be resolved any more is named as it was given.
  const auto canonical = [](const std::filesystem::path& path) {
    std::error_code unresolved;
    const std::filesystem::path resolved = std::filesystem::weakly_canonical(path, unresolved);
    return unresolved ? path.lexically_normal() : resolved;
  };
  const std::filesystem::path relative =
      canonical(folder).lexically_relative(work_tree_around(folder).value_or(canonical(".")));
  if (relative == ".") return {};
  return (relative.empty() || *relative.begin() == ".." ? canonical(folder) : relative).generic_string();
}

void write_report(const std::string& file, const Document& document) {
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream << writer_of(file).write(document);
  stream.close();
  if (!stream) throw Failure(ExitCode::unexpected, "the report could not be written to " + file);
}

class RehearseCommand final : public Command {
 public:
  std::string_view name() const override { return "rehearse"; }
  std::string_view summary() const override {
    return "runs the pending migrations on a shadow and says what they would lose";
  }

  void declare(Options& options) override {
    options_.declare(options);
    options.option("--to", "VERSION", to_, "up to this version");
    options.flag("--undo", undo_,
                 "proves for each pending migration, too, that its undo gives back the same schema and the same rows");
    options
        .option("--report", "FILE", reports_,
                "writes the report there, too; may repeat; the ending chooses the format: " + endings_of_reports())
        .one_each();
    options.option("--receipt", "FILE", options_.receipt,
                   "writes what `migrate --receipt` takes instead of a shadow, where the verdict allows the plan");
    wait_.declare(options);
    many_.declare(options);
  }

  bool take_other_command(const std::vector<std::string>& words) override {
    options_.command = words;
    return true;
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (many_.asked_for()) return rehearse_many(settings, terminal);
    for (const std::string& file : reports_) writer_of(file);
    options_.check_and_start();
    wait_.wait_for_server(settings, terminal);
    try {
      return options_.command.empty() ? rehearse_own(settings, terminal)
                                      : rehearse_command_of_other_tool(settings, terminal);
    } catch (const Interrupted& end) {
      if (end.signal != 0) throw;
      throw CannotRehearse("--timeout ran out, and no verdict was reported");
    }
  }

 private:
  ExitCode rehearse_own(const Settings& settings, Terminal& terminal) const {
    Target target(settings, OpenOptions::Access::read_only, "drydock rehearse");
    Plan plan = target.plan(version_asked_for(to_, target.files()));
    if (plan.empty()) return report(nothing_pending(target), ExitCode::done, settings, terminal);
    if (!target.exists()) throw missing(target);
    for (const std::string& note : plan.notes) terminal.say(note);
    if (options_.receipt) plan.based_on.schema = schema_fingerprint(target.database());
    std::optional<UndoRehearsal> undos;
    if (undo_) undos.emplace(plan, target, settings);
    Rehearsal rehearsal = rehearse_or_say(target, terminal, [&] {
      return rehearse_plan(plan, target, settings, options_, terminal, undos ? &undos->visitor() : nullptr);
    });
    record_kept(rehearsal, target, "rehearse --keep-backup", terminal);
    if (undos) undos->judge(rehearsal.verdict);
    if (options_.receipt) write_receipt(*options_.receipt, rehearsal, plan, target, terminal);
    Document document = document_of(rehearsal, plan);
    if (undos) undos->add_to(document, rehearsal);
    return report(std::move(document), exit_code_of(rehearsal.verdict), settings, terminal);
  }

  ExitCode rehearse_many(const Settings& settings, Terminal& terminal) const {
    if (!reports_.empty())
      throw Failure(ExitCode::usage, "--report is for one database: with --json each one's report is in the document");
    if (!options_.command.empty())
      throw Failure(ExitCode::usage, "-- COMMAND is for one database: call drydock once for each");
    const ManyCommand command{"rehearse", "pending", [](const nlohmann::ordered_json& document) {
                                return ManyWords{document.at("verdict"), document.at("plan").at("migrations")};
                              }};
    AskedOfEach asked{options_.checked_for_each(), options_.timeout, wait_};
    if (!to_.empty()) asked.words.insert(asked.words.end(), {"--to", to_});
    if (undo_) asked.words.emplace_back("--undo");
    return many_.run(command, asked, settings, terminal);
  }

  ExitCode rehearse_command_of_other_tool(const Settings& settings, Terminal& terminal) const {
    if (!to_.empty() || undo_)
      throw Failure(ExitCode::usage,
                    "--to and --undo are for drydock's own migrations: tell the command how far it is to go");
    Target target(settings, OpenOptions::Access::read_only, "drydock rehearse", Target::Files::none);
    CommandOutput output(options_.command_log, settings.show_values);
    const OtherCommand command = other_command(options_, settings, target.url().dialect(), output);
    if (!target.exists()) throw missing(target);
    const Rehearsal rehearsal = rehearse_or_say(
        target, terminal, [&] { return rehearse_other(command, target, settings, options_, terminal, output); });
    record_kept(rehearsal, target, "rehearse --keep-backup", terminal);
    return report(document_of(rehearsal, Plan{}), exit_code_of(rehearsal.verdict), settings, terminal);
  }

  static CannotRehearse missing(const Target& target) {
    return CannotRehearse(target.url().display() +
                          " does not exist, so that there is nothing to rehearse on and nothing to lose: `drydock "
                          "migrate` makes it");
  }

  static Rehearsal rehearse_or_say(const Target& target, Terminal& terminal,
                                   const std::function<Rehearsal()>& rehearsing) {
    try {
      terminal.progress("rehearsing on a shadow of " + target.url().display());
      return rehearsing();
    } catch (Interrupted& end) {
      const std::string message = std::string(end.what()) + "; the shadow is gone, and the source was only read";
      if (end.signal == 0) throw CannotRehearse(message);
      terminal.error(message);
      end.told = true;
      throw;
    }
  }

  static Document nothing_pending(const Target& target) {
    Document document;
    document.verdict = to_string(Level::safe);
    document.plan_hash = Plan{}.hash();
    document.source.database = target.url().display();
    return document;
  }

  ExitCode report(Document document, ExitCode code, const Settings& settings, Terminal& terminal) const {
    document.tool_version = version();
    if (!reports_.empty()) document.folder = folder_in_repository(options_.command.empty() ? settings.migrations : ".");
    for (const std::string& file : reports_) write_report(file, document);
    if (terminal.json())
      terminal.print(make_json_writer()->write(document));
    else
      terminal.print(make_text_writer()->write(document, terminal.style()));
    return code;
  }

  RehearsalOptions options_;
  WaitOption wait_;
  ManyOptions many_{ManyOptions::Changes::nothing};
  std::string to_;
  bool undo_ = false;
  std::vector<std::string> reports_;
};

}  // namespace

std::unique_ptr<Command> make_rehearse_command() { return std::make_unique<RehearseCommand>(); }

}  // namespace drydock
