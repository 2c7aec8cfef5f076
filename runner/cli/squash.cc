// `drydock squash`: replaces history up to a version by one proved baseline. No database but throw-away ones is
// touched.
#include "squash/squash.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/squashing.h"
#include "runner/cli/target.h"
#include "runner/migration/baseline_files.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"
#include "squash/placing.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

Version version_of(const std::string& option, const std::string& text) {
  const auto is_digit = [](char letter) { return letter >= '0' && letter <= '9'; };
  if (text.empty() || !std::ranges::all_of(text, is_digit))
    throw Failure(ExitCode::usage, option + " takes a version, the digits that open a file's name, not '" + text + "'");
  return Version(text);
}

const Format& require_native(const Settings& settings) {
  const Format& format = format_of(settings);
  if (format.name() == "native") return format;
  throw Failure(ExitCode::usage,
                "the folder " + settings.migrations.string() + " is in the format of " + std::string(format.name()) +
                    ", whose tool would not know a squashed baseline; no file was touched. Squash with "
                    "that tool, or give the files drydock's own names first");
}

class SquashCommand final : public Command {
 public:
  std::string_view name() const override { return "squash"; }
  std::string_view summary() const override { return "replaces history up to a version by one proved baseline"; }
  void declare(Options& options) override {
    options.option("--through", "VERSION", through_, "the last version that the baseline replaces");
    options.flag("--dry-run", dry_run_, "print the baseline and its proof, and leave every file as it is");
    options
        .option("--accept-varying", "TABLE.COLUMN", accepted_,
                "a column whose values are others with each run: keep those of one replay; may repeat")
        .one_each();
    options.option("--upgrade-hint", "TEXT", hint_, "what a database is told that lags behind the baseline");
    options.option("--forget", "VERSION", forget_, "delete the originals up to this version from squashed/");
    options_.declare(options);
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (through_.has_value() == forget_.has_value())
      throw Failure(ExitCode::usage,
                    "squash takes --through VERSION, or --forget VERSION for what was squashed before");
    if (hint_.find_first_of("\r\n") != std::string::npos)
      throw Failure(ExitCode::usage, "--upgrade-hint takes one line: it becomes a comment of the baseline");
    return forget_ ? forget_originals(settings, terminal) : squash(settings, terminal);
  }

 private:
  ExitCode squash(const Settings& settings, Terminal& terminal) {
    const Version through = version_of("--through", *through_);
    const Dialect dialect = options_.chosen_dialect(settings);
    SquashRequest request{.files = files_without_leftovers(settings, dialect, terminal),
                          .through = through,
                          .dialect = dialect,
                          .accept_varying = accepted_,
                          .upgrade_hint = hint_};
    if (const MigrationFile* baseline = baseline_with(request.files, through))
      return nothing_to_do(*baseline, terminal);
    if (std::ranges::none_of(request.files, [&](const MigrationFile& file) { return file.version == through; }))
      throw Failure(ExitCode::usage, "--through " + *through_ + ": no migration in " + settings.migrations.string() +
                                         " has this version; no file was touched");
    ThrowawayRequest wanted = options_.request(settings, dialect);
    wanted.leaves_nothing = true;
    const std::unique_ptr<Throwaways> throwaways = make_throwaways(wanted);
    const Baseline baseline = fold(request, *throwaways);
    if (dry_run_) return print(baseline, terminal);
    moved_ += place(baseline, settings.migrations).size();
    report(baseline, settings, terminal);
    return ExitCode::done;
  }

  // The folder's, after what an earlier squash had no time to do is done.
  std::vector<MigrationFile> files_without_leftovers(const Settings& settings, Dialect dialect, Terminal& terminal) {
    require_native(settings);
    std::vector<MigrationFile> files = read_folder(settings, dialect);
    const Unfinished unfinished = find_unfinished(files, settings.migrations);
    if (unfinished.empty()) return files;
    if (dry_run_)
      throw Failure(ExitCode::conflict, "an earlier squash of " + settings.migrations.string() +
                                            " was cut short; no file was touched. `drydock squash --through " +
                                            *through_ + "` completes it");
    for (const std::string& name : complete(unfinished, files, settings.migrations, dialect)) {
      terminal.say("Moved " + name + " to " + std::string(squashed_folder) + "/, as an earlier squash was about to.");
      ++moved_;
    }
    return read_folder(settings, dialect);
  }

  ExitCode nothing_to_do(const MigrationFile& baseline, Terminal& terminal) const {
    if (terminal.json())
      terminal.print(json_text({{"schema", "drydock.squash/1"},
                                {"outcome", moved_ > 0 ? "completed" : "nothing-to-do"},
                                {"file", baseline.file}}));
    else
      terminal.say((moved_ > 0 ? "Completed an earlier squash: " : "Nothing to do: ") + baseline.file + " stands for " +
                   *through_ + " already.");
    return ExitCode::done;
  }

  ExitCode print(const Baseline& baseline, Terminal& terminal) const {
    if (terminal.json()) {
      Json json = document_of(baseline, "dry-run");
      json["text"] = baseline.text;
      terminal.print(json_text(json));
      return ExitCode::done;
    }
    terminal.pass_on(baseline.text);
    terminal.say("\n" + proof_of(baseline) + " Nothing was written.");
    return ExitCode::done;
  }

  void report(const Baseline& baseline, const Settings& settings, Terminal& terminal) const {
    if (terminal.json()) {
      terminal.print(json_text(document_of(baseline, "squashed")));
      return;
    }
    terminal.say("Wrote " + (settings.migrations / baseline.file_name).string() + ". " + proof_of(baseline));
    terminal.say("Moved " + count_of(static_cast<std::int64_t>(moved_), "file") + " to " +
                 (settings.migrations / squashed_folder).string() +
                 "/: `drydock verify` and databases that lag behind need them. Commit both folders.");
  }

  static std::string proof_of(const Baseline& baseline) {
    std::string text = "It replaces " +
                       count_of(static_cast<std::int64_t>(baseline.header.replaces.size()), "migration") +
                       ", and brings about an equal database on " + baseline.header.proved_on +
                       ": schema, rows and sequence positions.";
    for (const std::string& column : baseline.kept)
      text += " The values of " + column + " vary with each run: those of one replay are kept.";
    return text;
  }

  static Json document_of(const Baseline& baseline, const std::string& outcome) {
    Json json{{"schema", "drydock.squash/1"},
              {"outcome", outcome},
              {"through", baseline.header.through.text()},
              {"file", baseline.file_name},
              {"proved_on", baseline.header.proved_on},
              {"schema_hash", baseline.header.schema_hash},
              {"data_hash", baseline.header.data_hash},
              {"kept_varying", baseline.kept},
              {"replaces", Json::array()}};
    for (const ReplacedVersion& replaced : baseline.header.replaces)
      json["replaces"].push_back(
          {{"version", replaced.version.text()}, {"checksum", replaced.checksum}, {"name", replaced.name}});
    return json;
  }

  ExitCode forget_originals(const Settings& settings, Terminal& terminal) const {
    const Version version = version_of("--forget", *forget_);
    const Format& format = require_native(settings);
    const std::vector<MigrationFile> files = read_folder(settings, options_.chosen_dialect(settings));
    if (baseline_with(files, version) == nullptr)
      throw Failure(ExitCode::usage,
                    "--forget " + *forget_ + ": no baseline in the folder replaces this version; no file was touched");
    const std::vector<std::string> names =
        forget(format.read_squashed(settings.migrations), version, settings.migrations,
               dry_run_ ? Forgetting::pretend : Forgetting::earnest);
    if (terminal.json())
      terminal.print(json_text(
          {{"schema", "drydock.squash/1"}, {"outcome", dry_run_ ? "dry-run" : "forgotten"}, {"deleted", names}}));
    else
      terminal.say(names.empty() ? "Nothing to do: squashed/ holds nothing of versions up to " + *forget_ + "."
                                 : (dry_run_ ? "Would delete " : "Deleted ") +
                                       count_of(static_cast<std::int64_t>(names.size()), "file") +
                                       " from squashed/. Without them a database that has only some of these versions "
                                       "cannot be brought up to date any more.");
    return ExitCode::done;
  }

  std::optional<std::string> through_, forget_;
  bool dry_run_ = false;
  std::vector<std::string> accepted_;
  std::string hint_;
  ThrowawayOptions options_;
  std::size_t moved_ = 0;
};

}  // namespace

std::unique_ptr<Command> make_squash_command() { return std::make_unique<SquashCommand>(); }

}  // namespace drydock
