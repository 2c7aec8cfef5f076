// `drydock undo`: takes the last migrations back, through the same rehearsal and under the same guard as migrate.
#include <algorithm>
#include <optional>

#include "runner/cli/command.h"
#include "runner/cli/migrating.h"

namespace drydock {
namespace {

class UndoCommand final : public Command {
 public:
  std::string_view name() const override { return "undo"; }
  std::string_view summary() const override {
    return "rehearses the undo scripts of the last migrations on a shadow, and runs them if nothing is lost";
  }

  void declare(Options& options) override {
    options_.rehearsal.declare(options);
    options.option("--steps", "N", steps_, "so many versions; 1 by default");
    options.option("--to", "VERSION", options_.to, "every version above this one, which stays; 0: every version");
    options.flag("--no-rehearsal", options_.no_rehearsal,
                 "the guard on the target alone; refused in a protected environment");
    options.option("--lock-wait", "TIME", options_.lock_wait,
                   "how long to wait for another runner that makes no progress; 60s by default");
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (steps_ && !options_.to.empty()) throw Failure(ExitCode::usage, "undo takes --steps or --to, and not both");
    if (steps_ && *steps_ < 1) throw Failure(ExitCode::usage, "--steps takes a number of versions, from 1 on");
    std::optional<std::vector<Version>> versions;  // of the first look: see undo_plan.h
    const Errand errand{.command = "undo",
                        .plan =
                            [&](Target& target) {
                              if (!versions) versions = target.versions_to_undo(range_asked_for(target));
                              return target.undo_plan(*versions, settings);
                            },
                        .state = "to be undone",
                        .done = "undone",
                        .done_to = "undone in",
                        .nothing = "nothing-to-undo",
                        .has_hooks = false,
                        .has_receipts = false};
    return Migrating(settings, options_, errand, terminal).run();
  }

 private:
  UndoRange range_asked_for(const Target& target) const {
    if (options_.to.empty()) return {.steps = static_cast<std::size_t>(steps_.value_or(1))};
    UndoRange range{.steps = std::nullopt};
    const bool is_zero = Version(options_.to).significant() == "0";
    const bool has_zero = std::ranges::any_of(target.files(), [](const MigrationFile& file) {
      return file.kind != MigrationKind::repeatable && file.version.significant() == "0";
    });
    if (!is_zero || has_zero) range.to = version_asked_for(options_.to, target.files());
    return range;
  }

  MigrateOptions options_;
  std::optional<std::int64_t> steps_;
};

}  // namespace

std::unique_ptr<Command> make_undo_command() { return std::make_unique<UndoCommand>(); }

}  // namespace drydock
