#include "runner/cli/many.h"

#include <algorithm>

#include "runner/cli/rehearsing.h"
#include "runner/report/json_text.h"
#include "runner/report/quantity.h"

namespace drydock {
namespace {

// The global options that were typed; everything else each finds where this run found it.
std::vector<std::string> global_words(const GlobalFlags& flags) {
  std::vector<std::string> words{"--json", "--color", "never", "--log-level", flags.log_level};
  for (const auto& [option, value] : {std::pair("--migrations", flags.migrations),
                                      {"--environment", flags.environment},
                                      {"--config", flags.config},
                                      {"--format", flags.format}})
    if (value) words.insert(words.end(), {option, *value});
  return words;
}

// A run that a signal or a crash ended has no code of its own.
ExitCode code_of(const std::vector<ManyOutcome>& outcomes, const ManyPolicy& policy) {
  const auto failed = std::ranges::find_if(outcomes, &ManyOutcome::failed);
  if (failed != outcomes.end()) {
    const int code = *failed->exit_code;
    return code <= static_cast<int>(ExitCode::pending) ? static_cast<ExitCode>(code) : ExitCode::unexpected;
  }
  const bool some_left = std::ranges::any_of(outcomes, [](const ManyOutcome& each) { return !each.exit_code; });
  return some_left && policy.end ? ExitCode::unexpected : ExitCode::done;
}

void tell(const ManyOutcome& outcome, const ManyCommand& command, Terminal& terminal) {
  const std::string& name = outcome.target->name();
  if (outcome.failed())
    terminal.error(name + ": " + why_failed(outcome));
  else if (!outcome.said.empty())
    terminal.warn(name + ": " + outcome.said.substr(0, outcome.said.find_last_not_of('\n') + 1));
  if (outcome.succeeded())
    terminal.progress(name + ": " + result_of(outcome, command) + " in " + duration_text(outcome.seconds));
}

}  // namespace

void ManyOptions::declare(Options& options) {
  options.option("--each-database", "FILE", databases_,
                 "every database of which the file holds an address, one a line; - reads "
                 "standard input");
  options.option("--each-schema", "PATTERN", schemas_,
                 "PostgreSQL: every schema of the database with such a name, such as 'tenant_*'");
  options.option("--jobs", "N", jobs_, "how many databases at a time; 4 by default").between(1, 1000);
  if (changes_ == Changes::target)
    options.flag("--keep-going", keep_going_, "also after one of them has failed, unless it is the first");
}

ExitCode ManyOptions::run(const ManyCommand& command, const AskedOfEach& asked, const Settings& settings,
                          Terminal& terminal) const {
  if (schemas_) asked.wait.wait_for_server(settings, terminal);
  const std::vector<ManyTarget> chosen = targets(settings);
  const ManyPolicy policy = this->policy(asked.timeout);
  std::vector<std::string> words{command.name};
  for (const auto& part : {global_words(settings.flags), asked.words})
    words.insert(words.end(), part.begin(), part.end());
  if (!asked.wait.time.empty()) words.insert(words.end(), {"--wait", asked.wait.time});
  const std::vector<ManyOutcome> outcomes =
      run_many(chosen, words, policy, [&](const ManyOutcome& outcome) { tell(outcome, command, terminal); });
  const ExitCode code = code_of(outcomes, policy);
  if (terminal.json())
    terminal.print(json_text(document_of(outcomes, command, code)));
  else
    terminal.print(table_of(outcomes, command, terminal.style()));
  return code;
}

std::vector<ManyTarget> ManyOptions::targets(const Settings& settings) const {
  if (databases_ && schemas_) throw Failure(ExitCode::usage, "give either --each-database or --each-schema");
  if (settings.schema)
    throw Failure(ExitCode::usage,
                  "--schema (or DRYDOCK_SCHEMA) names one schema, and this run is about many: leave it out");
  if (!databases_) return schemas_like(*schemas_, settings);
  if (settings.flags.database)
    throw Failure(ExitCode::usage, "--database names one database, and --each-database many: give one of the two");
  return databases_in(*databases_, settings);
}

ManyPolicy ManyOptions::policy(const std::string& timeout) const {
  ManyPolicy policy;
  // The lock, the rehearsal and the fingerprint of the schema are a database's: its schemas come one after the other.
  policy.jobs = schemas_ ? 1 : jobs_;
  policy.canary = changes_ == Changes::target;
  policy.keep_going = keep_going_ || changes_ == Changes::nothing;
  if (!timeout.empty()) policy.end = std::chrono::steady_clock::now() + duration_asked_for("--timeout", timeout);
  return policy;
}

}  // namespace drydock
