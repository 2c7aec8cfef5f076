// `drydock reset`: empties a database whose own stamp says development or test, and no other. There is no force.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/kept_copies.h"
#include "runner/cli/locking.h"
#include "runner/cli/policy_in_force.h"
#include "runner/cli/rehearsing.h"
#include "runner/cli/target.h"
#include "runner/database/lock.h"
#include "runner/identity/emptying.h"
#include "runner/identity/identity.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

constexpr std::string_view nothing_changed = "; nothing was changed. ";

bool may_be_emptied(const std::string& environment) { return environment == "development" || environment == "test"; }

// Throws WrongTarget. REQUIRES: the target's identity is what the settings ask for.
void require_disposable(const Stamp& stamp, const Settings& settings, const std::string& where) {
  if (!may_be_emptied(stamp.environment))
    throw WrongTarget(where + " is stamped as " + stamp.environment +
                      ": only a database stamped development or test is emptied, and no option changes that" +
                      std::string(nothing_changed) +
                      "Check the address; a copy that may be emptied is taken over by `drydock init --as-copy test`");
  if (settings.target.is_protected)
    throw WrongTarget(where + " is not emptied: the environment " + settings.environment + " is protected, by " +
                      settings.config_path.string() + " or by the policy in its stamp" + std::string(nothing_changed) +
                      "Where it holds nothing of value, take `protected` out of the file, and the policy back by "
                      "`drydock init --policy --loosen`");
  for (const auto& [name, environment] : settings.config.environments)
    if (name != settings.environment && environment.id == stamp.database_id)
      throw WrongTarget(where + " carries the id that " + settings.config_path.string() + " gives to " + name +
                        ", whatever its stamp says" + std::string(nothing_changed) +
                        "Correct the file, or the address");
}

class ResetCommand final : public Command {
 public:
  std::string_view name() const override { return "reset"; }
  std::string_view summary() const override {
    return "empties a database that is stamped development or test, and no other";
  }

  void declare(Options& options) override {
    options.option("--lock-wait", "TIME", lock_wait_,
                   "how long to wait for another runner that makes no progress; 60s by default");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (settings.schema)
      throw Failure(ExitCode::usage, "reset empties a whole database: leave --schema out, or drop the schema yourself");
    // Where there is a folder, a database that other migrations made is another project's.
    const bool has_folder = std::filesystem::exists(settings.migrations);
    Target target(settings, OpenOptions::Access::read_write, "drydock reset",
                  has_folder ? Target::Files::read : Target::Files::none);
    if (nothing_to_empty(target)) return report(target, nullptr, terminal);
    Settings held = settings;
    hold_to_policy(held, target.state(), terminal);
    require_disposable(stamp_of(target), held, target.url().display());
    if (settings.direct_database_text) require_same_database(settings.direct_database(), target);

    const std::unique_ptr<MigrationLock> lock = wait_for_lock(settings, target, lock_wait_, terminal);
    target.open_to_apply();
    target.read_again();
    require_disposable(stamp_of(target), held, target.url().display());
    const Emptied emptied = empty(target);
    return report(target, &emptied, terminal);
  }

 private:
  static bool nothing_to_empty(Target& target) {
    return !target.exists() || (!target.state().stamp && !has_anything(target.database()));
  }

  static const Stamp& stamp_of(const Target& target) {
    if (target.state().stamp) return *target.state().stamp;
    throw WrongTarget(target.url().display() + " carries no stamp, so that nobody has said that it may be emptied" +
                      std::string(nothing_changed) +
                      "Check the address; if it is yours to empty, stamp it by `drydock init --environment "
                      "development` first");
  }

  static Emptied empty(Target& target) {
    try {
      Emptied emptied = empty_database(target.database());
      const std::filesystem::path copies = kept_place(target.url());
      if (target.url().dialect() == Dialect::sqlite && std::filesystem::exists(copies))
        emptied.left.push_back("the safety copies in " + copies.string() +
                               " stay: `drydock kept purge` takes them away");
      return emptied;
    } catch (const DatabaseError& error) {
      if (error.details().connection_lost) throw;
      throw Failure(ExitCode::unexpected,
                    target.url().display() + " could not be emptied: " + error.what() + " (" + error.sqlstate() +
                        "); it is as it was. Where somebody uses a table, end that session; where the role owns less "
                        "than all, run `drydock reset` as the owner");
    }
  }

  static ExitCode report(const Target& target, const Emptied* emptied, Terminal& terminal) {
    const std::string& where = target.url().display();
    if (terminal.json()) {
      nlohmann::ordered_json json{
          {"schema", "drydock.reset/1"}, {"result", emptied ? "emptied" : "nothing-to-empty"}, {"database", where}};
      json["dropped"] = emptied ? emptied->objects : 0;
      json["left"] = emptied ? emptied->left : std::vector<std::string>{};
      terminal.print(json_text(json));
      return ExitCode::done;
    }
    if (!emptied) {
      terminal.say("There is nothing in " + where + " to be emptied.");
      return ExitCode::done;
    }
    terminal.say("Emptied " + where + "; its stamp stays. `drydock migrate` begins with the first migration.");
    for (const std::string& line : emptied->left) terminal.say(line);
    return ExitCode::done;
  }

  std::string lock_wait_ = "60s";
};

}  // namespace

std::unique_ptr<Command> make_reset_command() { return std::make_unique<ResetCommand>(); }

}  // namespace drydock
