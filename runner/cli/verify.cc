// `drydock verify`: the files against themselves and against the history, for CI. Every squash is proved again; nothing
// is written anywhere but in throw-away databases.
#include "squash/verify.h"
#include "runner/report/json_text.h"

#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/squashing.h"
#include "runner/cli/target.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(Verified::Against against) {
  switch (against) {
    case Verified::Against::originals:
      return "originals";
    case Verified::Against::header:
      return "header";
    case Verified::Against::nothing:
      break;
  }
  return "nothing";
}

std::string line_of(const Verified& verified) {
  if (!verified.differs.empty())
    return verified.file + " is not equal to what it replaces:\n" + verified.differs +
           "Take the file back as it was committed; a change of the schema belongs in a new migration (`drydock new`).";
  switch (verified.against) {
    case Verified::Against::originals:
      return verified.file + ": equal to its originals.";
    case Verified::Against::header:
      return verified.file + ": its originals are gone; it is what was proved when they were squashed.";
    case Verified::Against::nothing:
      break;
  }
  return verified.file +
         ": it can be replayed; its originals are gone and it was proved on another server version, so that there is "
         "nothing to compare it with.";
}

class VerifyCommand final : public Command {
 public:
  std::string_view name() const override { return "verify"; }
  std::string_view summary() const override { return "files against history, and every squash proof again; for CI"; }
  void declare(Options& options) override { options_.declare(options); }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    const Dialect dialect = options_.chosen_dialect(settings);
    const Format& format = format_of(settings);
    const std::vector<MigrationFile> files = read_folder(settings, dialect);
    parse_all(files, dialect);
    std::vector<std::string> complaints = late(files);
    std::vector<Verified> proofs;
    if (!baselines_in(files).empty()) {
      const std::unique_ptr<Throwaways> throwaways = make_throwaways(options_.request(settings, dialect));
      proofs = verify_baselines(files, format.read_squashed(settings.migrations), dialect, *throwaways);
    }
    for (const Verified& proof : proofs)
      if (!proof.differs.empty()) complaints.push_back(line_of(proof));
    if (settings.database_text) add_history(settings, complaints);
    report(files, proofs, complaints, settings, terminal);
    return complaints.empty() ? ExitCode::done : ExitCode::conflict;
  }

 private:
  static std::vector<std::string> late(const std::vector<MigrationFile>& files) {
    std::vector<std::string> complaints;
    for (const MigrationFile* file : late_files(files))
      complaints.push_back(file->file +
                           " has a version below a baseline that does not hold it: databases that have the baseline "
                           "would never run it. Give it the next version (`drydock new` says which).");
    return complaints;
  }

  static void add_history(const Settings& settings, std::vector<std::string>& complaints) {
    Target target(settings, OpenOptions::Access::read_only, "drydock verify");
    for (const Conflict& conflict : target.conflicts())
      complaints.push_back(conflict.message + (conflict.diff.empty() ? "" : "\n" + conflict.diff));
  }

  static void report(const std::vector<MigrationFile>& files, const std::vector<Verified>& proofs,
                     const std::vector<std::string>& complaints, const Settings& settings, Terminal& terminal) {
    if (terminal.json()) {
      Json json{{"schema", "drydock.verify/1"},
                {"files", files.size()},
                {"baselines", Json::array()},
                {"complaints", complaints}};
      for (const Verified& proof : proofs)
        json["baselines"].push_back({{"file", proof.file},
                                     {"compared_with", name_of(proof.against)},
                                     {"equal", proof.differs.empty()},
                                     {"differences", proof.differs}});
      terminal.print(json_text(json));
      return;
    }
    for (const Verified& proof : proofs)
      if (proof.differs.empty()) terminal.say(line_of(proof));
    for (const std::string& complaint : complaints) terminal.error(complaint);
    if (complaints.empty())
      terminal.say(count_of(static_cast<std::int64_t>(files.size()), "migration file") + " verified" +
                   (settings.database_text ? " against the history of " + settings.database().display() : "") + ".");
  }

  ThrowawayOptions options_;
};

}  // namespace

std::unique_ptr<Command> make_verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace drydock
