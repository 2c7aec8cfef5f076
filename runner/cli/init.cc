// `drydock init`: writes drydock.toml and the folder, and gives a database its identity: a random id in its stamp and
// in environments.NAME.id, so that neither a copied configuration nor another database passes for it.
#include <filesystem>
#include <nlohmann/json.hpp>

#include "runner/cli/command.h"
#include "runner/cli/config_edit.h"
#include "runner/cli/replace_file.h"
#include "runner/cli/stamping_policy.h"
#include "runner/cli/target.h"
#include "runner/history/history.h"
#include "runner/identity/identity.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

class InitCommand final : public Command {
 public:
  std::string_view name() const override { return "init"; }
  std::string_view summary() const override {
    return "writes drydock.toml and the folder; stamps a database with its identity";
  }
  void declare(Options& options) override {
    options.flag("--first-deploy", first_deploy_,
                 "the protected environment's database is new: stamp it although it is empty");
    options.option("--as-copy", "ENVIRONMENT", as_copy_,
                   "take over a restored copy that carries another environment's stamp");
    options.flag("--policy", policy_,
                 "write what drydock.toml asks for into the stamp, as a minimum that the file cannot undercut");
    options.flag("--loosen", loosen_, "with --policy: where the file asks for less than the stamp, the file counts");
    options.flag("--protected", protected_, "the environment is protected; production is by itself");
  }

  ExitCode run(const Settings& given, Terminal& terminal) override {
    Settings settings = given;
    if (loosen_ && !policy_) throw Failure(ExitCode::usage, "--loosen is for --policy");
    if (!as_copy_.empty()) take_environment(settings);
    if (policy_) settings.database();  // throws where none was given: the policy stands in the database
    NewEnvironment environment{
        settings.environment, settings.target.id,
        protected_ || settings.target.is_protected || sounds_like_production(settings.environment)};
    // Whatever can be refused is refused before a file is written; the file is written before the stamp, so that an id
    // which only the database knows cannot come to be.
    std::unique_ptr<Database> database;
    std::optional<Stamp> stamp;
    if (settings.database_text) {
      database = open_database(settings.database(), {.create = true, .application = "drydock init"});
      stamp = stamp_for(*database, settings);
      environment.id = stamp->database_id;
    }
    const bool wrote = write_files(settings, environment, terminal);
    const bool stamped = database != nullptr && write_stamp(*database, *stamp);
    std::optional<StampedPolicy> policy;
    if (policy_) policy = stamp_policy(*database, settings, loosen_ ? Loosening::yes : Loosening::no);
    report(settings, {stamp, wrote, stamped, policy}, terminal);
    return ExitCode::done;
  }

 private:
  void take_environment(Settings& settings) const {
    settings.environment = as_copy_;
    settings.target = environment_of(settings.config, as_copy_);
  }

  // The stamp that the database is to carry: its own where that is right already. Throws WrongTarget.
  Stamp stamp_for(Database& database, const Settings& settings) const {
    const TargetState state = History(database).read();
    const std::optional<std::string>& expected = settings.target.id;
    const std::string& where = database.url().display();
    if (!as_copy_.empty() && !state.stamp)
      throw WrongTarget(where +
                        " carries no stamp, so that it is no copy of a stamped database; nothing was changed. Leave "
                        "--as-copy out, and name it by --environment " +
                        as_copy_);
    if (state.stamp && as_copy_.empty()) {
      require_own_stamp(*state.stamp, settings, where);
      return *state.stamp;
    }
    if (state.stamp && state.stamp->environment == as_copy_)
      throw WrongTarget(where + " is stamped " + as_copy_ + " already; nothing was changed");
    if (!state.stamp && !state.rows.empty() && std::filesystem::exists(settings.migrations)) {
      const Expectation any{.environment = settings.environment,
                            .environment_given = true,
                            .is_protected = false,
                            .database_id = {},
                            .project = settings.project};
      check_identity(any, state, database.url(), false, read_folder(settings, database.dialect()));
    }
    if (!state.stamp && settings.target.is_protected && !first_deploy_ && !holds_rows(database))
      throw WrongTarget(where + " is empty, and the environment " + settings.environment + " expects " +
                        (expected ? "its database " + *expected : std::string("a database that is in use")) +
                        ", not a new one; nothing was changed. If this is its first deploy, run `drydock init "
                        "--first-deploy --environment " +
                        settings.environment + "`");
    return {expected.value_or(random_database_id()), settings.environment, settings.project,
            system_identifier(database)};
  }

  void require_own_stamp(const Stamp& stamp, const Settings& settings, const std::string& where) const {
    if (stamp.environment != settings.environment)
      throw WrongTarget(where + " is stamped " + stamp.environment + ", not " + settings.environment +
                        "; nothing was changed. If it is a copy that was restored for " + settings.environment +
                        ", run `drydock init --as-copy " + settings.environment + "`");
    if (settings.target.id && *settings.target.id != stamp.database_id)
      throw WrongTarget(where + " carries the id " + stamp.database_id + ", and " + settings.config_path.string() +
                        " expects " + *settings.target.id + " for " + settings.environment +
                        "; nothing was changed. Give the address of the right database, or correct the id in the file");
  }

  bool write_files(const Settings& settings, const NewEnvironment& environment, Terminal& terminal) const {
    std::error_code error;
    if (std::filesystem::create_directories(settings.migrations, error))
      terminal.say("made the folder " + settings.migrations.string());
    if (error)
      throw Failure(ExitCode::usage, "cannot make the folder " + settings.migrations.string() + ": " + error.message());
    const std::string text = settings.config_text
                                 ? with_environment(*settings.config_text, settings.config, environment)
                                 : new_config_text(settings.project, settings.migrations.string(), environment);
    if (settings.config_text == text) return false;
    replace_file(settings.config_path, text);
    terminal.say((settings.config_text ? "added environments." + settings.environment + " to " : "wrote ") +
                 settings.config_path.string());
    return true;
  }

  bool write_stamp(Database& database, const Stamp& stamp) const {
    History history(database);
    const TargetState state = history.read();
    if (state.stamp && state.stamp->database_id == stamp.database_id && state.stamp->environment == stamp.environment)
      return false;
    if (!state.has_history) history.create();
    history.write_stamp(stamp, as_copy_.empty() ? History::Replacing::no : History::Replacing::yes);
    return true;
  }

  struct Outcome {
    std::optional<Stamp> stamp;
    bool wrote = false, stamped = false;
    std::optional<StampedPolicy> policy;
  };

  static void report(const Settings& settings, const Outcome& outcome, Terminal& terminal) {
    const auto& [stamp, wrote, stamped, policy] = outcome;
    if (terminal.json()) {
      nlohmann::ordered_json json{{"schema", "drydock.init/1"},
                                  {"config", settings.config_path.string()},
                                  {"migrations", settings.migrations.string()},
                                  {"environment", settings.environment},
                                  {"id", nullptr},
                                  {"stamped", stamped}};
      if (stamp) json["id"] = stamp->database_id;
      if (policy) json["policy"] = json_of(*policy);
      terminal.print(json_text(json));
      return;
    }
    if (stamped)
      terminal.say("stamped " + settings.database().display() + " as " + settings.environment + " of " +
                   stamp->project + ", id " + stamp->database_id);
    if (!stamp)
      terminal.say("no database was given: `drydock init --environment " + settings.environment +
                   " --database URL` stamps one with its identity");
    if (policy) terminal.say(text_of(*policy));
    if (!wrote && !stamped && stamp && !policy)
      terminal.say("nothing to do: the file and the database name each other already");
  }

  bool first_deploy_ = false, protected_ = false, policy_ = false, loosen_ = false;
  std::string as_copy_;
};

}  // namespace

std::unique_ptr<Command> make_init_command() { return std::make_unique<InitCommand>(); }

}  // namespace drydock
