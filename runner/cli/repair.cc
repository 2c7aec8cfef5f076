// `drydock repair`: one named correction of the record at a time, written into it as a row of its own.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/locking.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/runner_name.h"
#include "runner/cli/target.h"
#include "runner/cli/unfinished_parts.h"
#include "runner/cli/version.h"
#include "runner/database/lock.h"
#include "runner/plan/recorded.h"
#include "runner/plan/repair.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

ExitCode code_of(RepairRefusal::Kind kind) {
  return kind == RepairRefusal::Kind::unknown_version ? ExitCode::usage : ExitCode::conflict;
}

class RepairCommand final : public Command {
 public:
  std::string_view name() const override { return "repair"; }
  std::string_view summary() const override { return "corrects the record of one version, by one named correction"; }

  void declare(Options& options) override {
    options.argument("VERSION", id_, "the version, or R__name, as `drydock status` shows it").required();
    options.flag("--accept-change", accept_change_,
                 "the file was changed after it was applied, and the database is as the new text says");
    options.flag("--mark-applied", mark_applied_,
                 "what the file does, or the part of it whose outcome is unknown, is in the database already");
    options.flag("--forget-failure", forget_failure_,
                 "the part whose outcome is unknown left nothing in the database: it may run again");
    options.option("--lock-wait", "TIME", lock_wait_,
                   "how long to wait for another runner that makes no progress; 60s by "
                   "default");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (accept_change_ + mark_applied_ + forget_failure_ != 1)
      throw Failure(ExitCode::usage,
                    "repair takes one correction at a time: --accept-change, --mark-applied or --forget-failure");
    Target target(settings, OpenOptions::Access::read_write, "drydock repair");
    if (!target.exists())
      throw Failure(ExitCode::conflict, target.url().display() + " does not exist, so that it has no record to repair");
    if (settings.direct_database_text) require_same_database(settings.direct_database(), target);
    // What makes no sense is said at once; what does is looked at again where nobody else is at work.
    row_to_add(target);
    const std::unique_ptr<MigrationLock> lock = wait_for_lock(settings, target, lock_wait_, terminal);
    target.open_to_apply();
    target.read_again();
    if (settled_by_itself(target)) return report(target, nullptr, terminal);

    HistoryRow row = row_to_add(target);
    row.applied_by = runner_name();
    row.tool_version = version();
    History history(target.database());
    if (!target.state().has_history) history.create();
    const Statement record = history.record(row);
    target.database().run({&record, 1}, Database::Sending::one_by_one);
    return report(target, &row, terminal);
  }

 private:
  Correction correction() const {
    return accept_change_  ? Correction::accept_change
           : mark_applied_ ? Correction::mark_applied
                           : Correction::forget_failure;
  }

  HistoryRow row_to_add(const Target& target) const {
    RepairResult result =
        make_repair(target.files(), target.state().rows, target.url().dialect(), id_, correction(), target.originals());
    if (const auto* refusal = std::get_if<RepairRefusal>(&result))
      throw Failure(code_of(refusal->kind),
                    refusal->why + "; the record of " + target.url().display() + " is as it was");
    return std::get<HistoryRow>(std::move(result));
  }

  // Where the database itself tells how a part ended, that is recorded, and not what somebody believes.
  // REQUIRES: the migrate lock is held.
  bool settled_by_itself(Target& target) const {
    std::vector<Conflict> conflicts = target.conflicts();
    std::erase_if(conflicts, [&](const Conflict& each) {
      return !each.unknown_part || recorded_key(each.id) != recorded_key(id_);
    });
    const std::size_t rows = target.state().rows.size();
    if (!conflicts.empty()) settle_unfinished_parts(target, conflicts);
    return target.state().rows.size() > rows;
  }

  ExitCode report(const Target& target, const HistoryRow* row, Terminal& terminal) const {
    const std::string& where = target.url().display();
    if (terminal.json()) {
      nlohmann::ordered_json json{{"schema", "drydock.repair/1"}, {"database", where}, {"version", id_}};
      json["correction"] = row ? nlohmann::ordered_json(to_string(correction())) : nlohmann::ordered_json(nullptr);
      if (row) json.update({{"version", row->id}, {"name", row->name}, {"part", row->part}, {"attempt", row->attempt}});
      terminal.print(json_text(json));
    } else if (row) {
      terminal.say("recorded in " + where + ": " + row->id + " " + std::string(to_string(correction())) +
                   ". `drydock migrate` goes on from there.");
    } else {
      terminal.say(where + " itself tells how " + id_ +
                   " ended, which is recorded now; the correction was not needed. `drydock migrate` goes on from "
                   "there.");
    }
    return ExitCode::done;
  }

  std::string id_, lock_wait_ = "60s";
  bool accept_change_ = false, mark_applied_ = false, forget_failure_ = false;
};

}  // namespace

std::unique_ptr<Command> make_repair_command() { return std::make_unique<RepairCommand>(); }

}  // namespace drydock
