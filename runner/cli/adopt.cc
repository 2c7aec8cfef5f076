// `drydock adopt`: takes over a database that another tool, or nobody, migrated; `--release` gives it back.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/adopting.h"
#include "runner/cli/adopting_at.h"
#include "runner/cli/command.h"
#include "runner/cli/foreign_lock.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/releasing.h"
#include "runner/cli/unrecorded.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;
using Checked = AdoptedVersion::Checked;

Json or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json json_of(const AdoptedVersion& version) {
  return {{"version", version.id},
          {"name", version.name},
          {"kind", version.kind},
          {"file", or_null(version.file)},
          {"applied_at", or_null(version.applied_at)},
          {"inferred", version.inferred},
          {"checksum", version.checked == Checked::verified ? "verified" : "none"}};
}

Json json_of(const MigrationFile& file) { return {{"version", id_of(file)}, {"name", file.name}, {"file", file.file}}; }

std::string line_of(const AdoptedVersion& version) {
  return "  " + version.id + "  " + version.name + (version.kind == "baseline" ? " (baseline)" : "") +
         (version.applied_at.empty() ? "" : "  " + version.applied_at) + (version.inferred ? "  (inferred)" : "") +
         (version.checked == Checked::verified ? "  (checksum agrees)" : "");
}

std::int64_t size_of(const auto& items) { return static_cast<std::int64_t>(items.size()); }

class AdoptCommand final : public Command {
 public:
  std::string_view name() const override { return "adopt"; }
  std::string_view summary() const override { return "takes over a database that another tool, or nobody, migrated"; }

  void declare(Options& options) override {
    options.option("--from", "TOOL", from_, "the tool whose history it is, where there are several");
    options.option("--table", "[SCHEMA.]TABLE", asked_table_,
                   "its table, where that has another name than the tool's own");
    options.option("--at", "VERSION", at_,
                   "nobody recorded anything: the schema is that of the files up to this version");
    options.flag("--release", release_, "give it back: bring the other tool's table up to date").excludes("--at");
    options.flag("--dry-run", dry_run_, "say what would be recorded, and change nothing");
    options.option("--lock-wait", "TIME", lock_wait_,
                   "how long to wait for another runner, or the other tool; 60s by default");
    options.option("--server", "URL", throwaway_.server, "with --at: replay the files on this PostgreSQL server");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    const std::chrono::milliseconds wait = duration_asked_for("--lock-wait", lock_wait_);
    if (!from_.empty() && find_adopt_reader(from_) == nullptr)
      throw Failure(ExitCode::usage, "--from " + from_ + ": no such tool; there are: " + adopt_reader_names());
    Target target(settings, dry_run_ ? OpenOptions::Access::read_only : OpenOptions::Access::read_write,
                  "drydock adopt");
    if (!target.exists())
      throw Failure(ExitCode::conflict, target.url().display() +
                                            " does not exist, so that there is nothing to adopt: `drydock migrate` "
                                            "makes it");
    if (!dry_run_ && settings.direct_database_text) require_same_database(settings.direct_database(), target);
    if (release_) return give_back(target, settings, wait, terminal);
    return at_.empty() ? take_over(target, settings, wait, terminal) : take_over_at(target, settings, wait, terminal);
  }

 private:
  // What drydock.toml names is meant where the command line does not say another.
  WantedHistory wanted(const Settings& settings, WantedHistory::Enough enough) const {
    const std::string tool = settings.config.adopt.value_or(no_adoption);
    return {.from = from_.empty() && tool != no_adoption ? tool : from_,
            .table = table_asked_for(settings),
            .enough = enough};
  }

  std::string table_asked_for(const Settings& settings) const {
    return asked_table_.empty() ? settings.config.adopt_table.value_or("") : asked_table_;
  }

  ExitCode take_over(Target& target, const Settings& settings, std::chrono::milliseconds wait, Terminal& terminal) {
    const FoundHistory found = choose_history(target.database(), wanted(settings, WantedHistory::Enough::history));
    Adoption adoption = adoption_from(target, found);
    tool_ = found.reader->name();
    table_ = found.table.display();
    notes_ = adoption.notes;
    for (const std::string& file : adoption.left_out)
      notes_.push_back(file +
                       " was not applied, and later versions were: `drydock migrate` will refuse it until it is "
                       "renamed to a later version, or marked as applied by `drydock repair`");
    std::ranges::move(remarks_on_withdrawn(target, adoption.versions, tool_), std::back_inserter(notes_));
    std::vector<AdoptedVersion> versions = unrecorded(target, adoption.versions, tool_);
    if (versions.empty()) return report(target, settings, {}, "nothing-to-do", terminal);
    terminal.say(target.url().display() + " was migrated by " + tool_ + " (table " + table_ + "):");
    tell(versions, terminal);
    if (dry_run_) return report(target, settings, versions, "would-adopt", terminal);

    const std::unique_ptr<MigrationLock> lock = lock_to_adopt(target, settings, wait, terminal);
    const ForeignLock foreign_lock(settings.direct_database(), found, wait);
    const std::size_t count = adoption.versions.size();
    versions = unrecorded(target, adoption.versions, tool_);
    if (versions.empty()) return report(target, settings, {}, "nothing-to-do", terminal);
    record(target, settings, {.versions = versions, .how = "adopted from " + tool_, .stamp = true, .recheck = [&] {
                                require_foreign_lock(target.database(), found);
                                if (adoption_from(target, found).versions.size() != count)
                                  throw Failure(ExitCode::conflict,
                                                tool_ +
                                                    " has gone on meanwhile; nothing was changed. Run `drydock "
                                                    "adopt` again");
                              }});
    return report(target, settings, versions, "adopted", terminal);
  }

  ExitCode take_over_at(Target& target, const Settings& settings, std::chrono::milliseconds wait, Terminal& terminal) {
    std::vector<FoundHistory> foreign = find_foreign_histories(target.database(), table_asked_for(settings));
    const Replayed replayed = Replayed::up_to(at_, target, settings, throwaway_, terminal);
    std::vector<AdoptedVersion> versions = unrecorded(target, replayed.versions_where_equal(target, foreign), "");
    if (versions.empty()) return report(target, settings, {}, "nothing-to-do", terminal);
    terminal.say("The schema of " + target.url().display() + " is what the files up to " + at_ +
                 " make. Its rows were not compared.");
    tell(versions, terminal);
    if (dry_run_) return report(target, settings, versions, "would-adopt", terminal);

    const std::unique_ptr<MigrationLock> lock = lock_to_adopt(target, settings, wait, terminal);
    std::vector<ForeignLock> foreign_locks;
    std::erase_if(foreign, [](const FoundHistory& each) { return !each.says_anything; });
    for (const FoundHistory& each : foreign) foreign_locks.emplace_back(settings.direct_database(), each, wait);
    versions = unrecorded(
        target,
        replayed.versions_where_equal(target, find_foreign_histories(target.database(), table_asked_for(settings))),
        "");
    if (versions.empty()) return report(target, settings, {}, "nothing-to-do", terminal);
    record(target, settings,
           {.versions = versions, .how = "adopted --at " + at_ + ", schema compared", .stamp = true, .recheck = {}});
    return report(target, settings, versions, "adopted", terminal);
  }

  ExitCode give_back(Target& target, const Settings& settings, std::chrono::milliseconds wait, Terminal& terminal) {
    Releasing releasing = look_at_release(target, wanted(settings, WantedHistory::Enough::table));
    const bool writes = !releasing.release.empty() && !dry_run_;
    if (writes) releasing = write_release(target, settings, releasing.found, wait, terminal);
    tool_ = releasing.found.reader->name();
    table_ = releasing.found.table.display();
    const Release& release = releasing.release;
    if (terminal.json()) {
      Json json = document(target, settings, release.empty() ? "nothing-to-do" : writes ? "released" : "would-release");
      json["released"] = json["taken_out"] = Json::array();
      for (const ReleasedVersion& each : release.missing) json["released"].push_back(json_of(*each.file));
      for (const MigrationFile* each : release.taken_back) json["taken_out"].push_back(json_of(*each));
      terminal.print(json_text(json));
      return ExitCode::done;
    }
    tell(release, target, writes, terminal);
    return ExitCode::done;
  }

  void tell(const Release& release, const Target& target, bool writes, Terminal& terminal) const {
    for (const ReleasedVersion& each : release.missing) terminal.say("  " + id_of(*each.file) + "  " + each.file->name);
    for (const MigrationFile* each : release.taken_back)
      terminal.say("  " + id_of(*each) + "  " + each->name + " (taken back)");
    const std::string end =
        " of " + target.url().display() + (writes ? ": " + tool_ + " can take over." : "; nothing was changed.");
    const std::string done = writes ? "" : "would be ";
    if (release.empty())
      terminal.say(table_ + " says already what drydock has applied: " + tool_ + " can take over.");
    else if (release.taken_back.empty())
      terminal.say(count_of(size_of(release.missing), "migration") + " " + done + "written to " + table_ + end);
    else
      terminal.say(count_of(size_of(release.missing), "migration") + " " + done + "written to, and " +
                   count_of(size_of(release.taken_back), "migration") + " " + done + "taken out of, " + table_ + end);
  }

  static void tell(const std::vector<AdoptedVersion>& versions, Terminal& terminal) {
    for (const AdoptedVersion& version : versions) terminal.say(line_of(version));
  }

  Json document(const Target& target, const Settings& settings, std::string_view result) const {
    return {{"schema", "drydock.adopt/1"},         {"result", result},       {"database", target.url().display()},
            {"environment", settings.environment}, {"tool", or_null(tool_)}, {"table", or_null(table_)}};
  }

  ExitCode report(const Target& target, const Settings& settings, const std::vector<AdoptedVersion>& versions,
                  std::string_view result, Terminal& terminal) const {
    if (terminal.json()) {
      Json json = document(target, settings, result);
      json["recorded"] = Json::array();
      for (const AdoptedVersion& version : versions) json["recorded"].push_back(json_of(version));
      json["notes"] = notes_;
      terminal.print(json_text(json));
      return ExitCode::done;
    }
    for (const std::string& note : notes_) terminal.warn(note);
    const std::string count = count_of(size_of(versions), "migration");
    if (std::ranges::any_of(versions, &AdoptedVersion::inferred))
      terminal.say(tool_ +
                   " keeps no row for what is marked as inferred: that it was applied follows from a later "
                   "version. `drydock schema diff` of the database and the folder verifies it.");
    const std::string kept = table_.empty() ? "" : " " + table_ + " is as it was.";
    if (result == "adopted")
      terminal.say(count + " recorded in " + target.url().display() + "." + kept +
                   " `drydock migrate` goes on from there.");
    else if (result == "would-adopt")
      terminal.say(count + " would be recorded in " + target.url().display() + "; nothing was changed.");
    else
      terminal.say("Nothing to adopt in " + target.url().display() + ": drydock has it all recorded.");
    return ExitCode::done;
  }

  std::string from_, asked_table_, at_, lock_wait_ = "60s", tool_, table_;
  bool release_ = false, dry_run_ = false;
  ThrowawayOptions throwaway_;
  std::vector<std::string> notes_;
};

}  // namespace

std::unique_ptr<Command> make_adopt_command() { return std::make_unique<AdoptCommand>(); }

}  // namespace drydock
