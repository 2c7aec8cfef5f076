// `drydock kept`: the safety copies of what migrations destroyed with their author's consent: what there is, putting
// one back, taking them away.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "rehearsal/kept/kept_store.h"
#include "runner/cli/command.h"
#include "runner/cli/exit_code.h"
#include "runner/cli/kept_copies.h"
#include "runner/cli/locking.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/target.h"
#include "runner/database/lock.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

class KeptCommand final : public Command {
 public:
  std::string_view name() const override { return "kept"; }
  std::string_view summary() const override {
    return "lists, restores and purges the safety copies that migrations asked for";
  }

  void declare(Options& options) override {
    options.argument("ACTION", action_, "list, restore or purge").required().one_of({"list", "restore", "purge"});
    options.argument("ID", ids_, "of the copies, as `drydock kept list` shows them");
    options.flag("--expired", expired_, "purge: those whose time is over");
    options.flag("--all", all_, "list: those that were purged, too");
    options.option("--lock-wait", "TIME", lock_wait_,
                   "how long to wait for another runner that makes no progress; 60s by default");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    require_sense();
    const bool changes = action_ != "list";
    Target target(settings, changes ? OpenOptions::Access::read_write : OpenOptions::Access::read_only, "drydock kept",
                  Target::Files::none);
    if (!changes) return list(target, terminal);
    if (settings.direct_database_text) require_same_database(settings.direct_database(), target);
    chosen_of(target);  // what there is not is said at once
    const std::unique_ptr<MigrationLock> lock = wait_for_lock(settings, target, lock_wait_, terminal);
    target.open_to_apply();
    const std::unique_ptr<KeptStore> store = open_kept_store(target.database());
    return action_ == "restore" ? restore(*store, target, terminal) : purge(*store, target, terminal);
  }

 private:
  void require_sense() const {
    const std::string purge_needs = "kept purge takes the ids of copies, or --expired";
    if (action_ == "restore" && ids_.size() != 1)
      throw Failure(ExitCode::usage, "kept restore takes the id of one copy");
    if (action_ == "purge" && ids_.empty() != expired_) throw Failure(ExitCode::usage, purge_needs);
    if (action_ == "list" && !ids_.empty()) throw Failure(ExitCode::usage, "kept list takes no id");
    if (expired_ && action_ != "purge") throw Failure(ExitCode::usage, "--expired is for kept purge");
    if (all_ && action_ != "list") throw Failure(ExitCode::usage, "--all is for kept list");
  }

  static std::vector<KeptCopy> copies_of(Target& target) {
    const std::unique_ptr<KeptStore> store = target.exists() ? open_kept_store(target.database()) : nullptr;
    return store ? store->list() : std::vector<KeptCopy>{};
  }

  std::vector<KeptCopy> chosen_of(Target& target) const {
    const std::vector<KeptCopy> copies = copies_of(target);
    std::vector<KeptCopy> chosen;
    if (expired_) {
      for (const KeptCopy& copy : copies)
        if (copy.expired && copy.state != KeptCopy::State::purged) chosen.push_back(copy);
      return chosen;
    }
    for (const std::int64_t id : ids_) {
      const auto found = std::ranges::find(copies, id, &KeptCopy::id);
      const bool gone = found != copies.end() && found->state == KeptCopy::State::purged;
      if (found == copies.end() || gone)
        throw Failure(ExitCode::usage, (gone ? "the copy " + std::to_string(id) + " was purged"
                                             : "there is no copy " + std::to_string(id) + " in " +
                                                   kept_place(target.url()) + " of " + target.url().display()) +
                                           "; nothing was changed. `drydock kept list` shows what there is");
      chosen.push_back(*found);
    }
    return chosen;
  }

  ExitCode list(Target& target, Terminal& terminal) const {
    std::vector<KeptCopy> copies = copies_of(target);
    if (!all_) std::erase_if(copies, [](const KeptCopy& copy) { return copy.state == KeptCopy::State::purged; });
    if (terminal.json()) {
      print({{"copies", kept_json(copies, target.url())}}, target, terminal);
      return ExitCode::done;
    }
    if (copies.empty()) terminal.print("No safety copies are kept of " + target.url().display() + ".\n");
    for (const KeptCopy& copy : copies) terminal.print(line_of(copy) + "\n");
    return ExitCode::done;
  }

  static std::string line_of(const KeptCopy& copy) {
    std::string line = std::to_string(copy.id) + "  " + copy.version + "  " + std::string(to_string(copy.kind)) + "  " +
                       copy.object + "  " + count_of(copy.rows, copy.table.column.empty() ? "row" : "value") +
                       "  made " + copy.made_at + ", until " + copy.until;
    if (copy.expired) line += ", expired";
    if (copy.restored) line += ", restored";
    if (copy.state == KeptCopy::State::purged) line += ", purged";
    if (copy.state == KeptCopy::State::unconfirmed)
      line += ", unconfirmed: whether the migration was committed, `drydock status` says";
    return line;
  }

  ExitCode restore(KeptStore& store, Target& target, Terminal& terminal) const {
    const KeptCopy copy = chosen_of(target).front();
    PutBack restored;
    try {
      restored = store.restore(copy);
    } catch (const CannotRestore& error) {
      throw Failure(ExitCode::usage, "the copy " + std::to_string(copy.id) + " of " + copy.object +
                                         " was not restored, and nothing was changed: " + error.what());
    } catch (const std::runtime_error& error) {
      throw Failure(ExitCode::unexpected, "the copy " + std::to_string(copy.id) + " of " + copy.object +
                                              " was not restored, and nothing was changed: " + error.what());
    }
    if (terminal.json()) {
      print({{"id", copy.id},
             {"object", copy.object},
             {"restored", restored.rows},
             {"left", restored.left},
             {"why_left", restored.why_left},
             {"notes", restored.notes}},
            target, terminal);
      return ExitCode::done;
    }
    const char* what = copy.table.column.empty() ? "row" : "value";
    for (const std::string& note : restored.notes) terminal.say(note);
    terminal.say(count_of(restored.rows, what) + " of " + copy.object + " went back into " + target.url().display() +
                 "; the copy stays until " + copy.until);
    if (restored.left > 0) terminal.say(count_of(restored.left, what) + " did not: " + restored.why_left);
    return ExitCode::done;
  }

  ExitCode purge(KeptStore& store, Target& target, Terminal& terminal) const {
    const std::vector<KeptCopy> chosen = chosen_of(target);
    for (const KeptCopy& copy : chosen) {
      store.purge(copy);
      terminal.say("purged the copy " + std::to_string(copy.id) + " of " + copy.object + " (" +
                   count_of(copy.rows, copy.table.column.empty() ? "row" : "value") + ")");
    }
    if (chosen.empty()) terminal.say("No safety copy of " + target.url().display() + " has expired.");
    if (terminal.json()) print({{"purged", kept_json(chosen, target.url())}}, target, terminal);
    return ExitCode::done;
  }

  static void print(const nlohmann::ordered_json& content, const Target& target, Terminal& terminal) {
    nlohmann::ordered_json json{{"schema", "drydock.kept/1"}, {"database", target.url().display()}};
    json.update(content);
    terminal.print(json_text(json));
  }

  std::string action_, lock_wait_ = "60s";
  std::vector<std::int64_t> ids_;
  bool expired_ = false, all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_kept_command() { return std::make_unique<KeptCommand>(); }

}  // namespace drydock
