// `drydock migrate`: rehearses the pending migrations on a shadow, and applies them only if the verdict allows. With
// `-- COMMAND...` the same for another tool's command.

#include "runner/cli/command.h"
#include "runner/cli/many.h"
#include "runner/cli/migrating.h"
#include "runner/cli/migrating_other_tool.h"

namespace drydock {
namespace {

class MigrateCommand final : public Command {
 public:
  std::string_view name() const override { return "migrate"; }
  std::string_view summary() const override {
    return "rehearses the pending migrations on a shadow, and applies them if nothing is lost";
  }

  void declare(Options& options) override {
    options_.rehearsal.declare(options);
    options.option("--to", "VERSION", options_.to, "up to this version");
    options.flag("--no-rehearsal", options_.no_rehearsal,
                 "the guard on the target alone; refused in a protected environment");
    options.option("--lock-wait", "TIME", options_.lock_wait,
                   "how long to wait for another runner that makes no progress; 60s by default");
    options.option("--receipt", "FILE", options_.rehearsal.receipt,
                   "what `rehearse --receipt` wrote for this plan on this database: no shadow is made");
    options_.wait.declare(options);
    many_.declare(options);
  }

  bool take_other_command(const std::vector<std::string>& words) override {
    options_.rehearsal.command = words;
    return true;
  }

  ExitCode run(const Settings& settings, Terminal& terminal) override {
    if (!options_.rehearsal.command.empty()) {
      if (many_.asked_for())
        throw Failure(ExitCode::usage, "-- COMMAND is for one database: call drydock once for each");
      return MigratingOtherTool(settings, options_, terminal).run();
    }
    if (many_.asked_for()) return migrate_many(settings, terminal);
    Errand errand;
    errand.plan = [this](Target& target) { return target.plan(version_asked_for(options_.to, target.files())); };
    return Migrating(settings, options_, errand, terminal).run();
  }

 private:
  ExitCode migrate_many(const Settings& settings, Terminal& terminal) const {
    const ManyCommand command{"migrate", "applied", [](const nlohmann::ordered_json& document) {
                                return ManyWords{document.at("result"), document.at("applied")};
                              }};
    AskedOfEach asked{options_.rehearsal.checked_for_each(), options_.rehearsal.timeout, options_.wait};
    asked.words.insert(asked.words.end(), {"--lock-wait", options_.lock_wait});
    if (!options_.to.empty()) asked.words.insert(asked.words.end(), {"--to", options_.to});
    if (options_.no_rehearsal) asked.words.emplace_back("--no-rehearsal");
    return many_.run(command, asked, settings, terminal);
  }

  MigrateOptions options_;
  ManyOptions many_{ManyOptions::Changes::target};
};

}  // namespace

std::unique_ptr<Command> make_migrate_command() { return std::make_unique<MigrateCommand>(); }

}  // namespace drydock
