#include "runner/cli/hooks.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <optional>
#include <thread>

#include "rehearsal/shadow/child_process.h"
#include "runner/cli/memory_file.h"
#include "runner/cli/plan_document.h"
#include "runner/database/interruption.h"
#include "runner/report/json_text.h"

namespace drydock {
namespace {

using Json = nlohmann::ordered_json;
using Clock = std::chrono::steady_clock;

// How long an after_migrate may take of a run that was ended from outside.
constexpr std::chrono::seconds patience_when_interrupted{60};

std::string text_of(const Json& document) { return json_text(document) + "\n"; }

Json document_of(std::string_view hook, const Plan& plan, const DatabaseUrl& database, const std::string& environment) {
  Json document = plan_document(plan, database);
  document["environment"] = environment;
  document["hook"] = hook;
  return document;
}

// A second name for standard error: a child's own is closed before it gets to choose.
struct StandardError {
  int descriptor = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  StandardError() = default;
  ~StandardError() { ::close(descriptor); }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;
};

// What a hook reads and where it writes; outlives its process.
struct Streams {
  explicit Streams(const Json& document) : input(text_of(document)) {}
  MemoryFile input;
  StandardError output;
};

// The words are looked up in PATH, as a shell does it. REQUIRES: the streams outlive the process.
Program program_of(const HookCommand& command, const Streams& streams) {
  Program program;
  program.arguments = {"/bin/sh", "-c", R"(exec "$@")", "drydock"};
  program.arguments.insert(program.arguments.end(), command.begin(), command.end());
  program.death_signal = SIGTERM;
  program.before_exec = [&streams] {
    streams.input.become(STDIN_FILENO);
    ::dup2(streams.output.descriptor, STDOUT_FILENO);
    ::dup2(streams.output.descriptor, STDERR_FILENO);
  };
  return program;
}

}  // namespace

void Hooks::before(const Plan& plan) const {
  const std::optional<HookCommand>& command = settings_.config.hooks.before_migrate;
  if (!command) return;
  terminal_.progress("running the hook before_migrate");
  const Streams streams(document_of("before_migrate", plan, database_, settings_.environment));
  const int status = run_program(program_of(*command, streams));
  if (status == 0) return;
  throw Failure(ExitCode::unexpected, "the hook before_migrate ended with exit " + std::to_string(status) +
                                          "; nothing was changed in " + database_.display() +
                                          ". Mend what it complains of, and run the command again");
}

ExitCode Hooks::after(const Plan& plan, const MigrateEnding& ending) const {
  const std::optional<HookCommand>& command = settings_.config.hooks.after_migrate;
  if (!command) return ending.code;
  Json told = document_of("after_migrate", plan, database_, settings_.environment);
  told["result"] = ending.result;
  told["exit_code"] = static_cast<int>(ending.code);
  told["applied"] = ending.applied;
  const Streams streams(told);
  ChildProcess process(program_of(*command, streams));
  std::optional<Clock::time_point> end;
  while (!process.ended() && (!end || Clock::now() < *end)) {
    if (!end && interruption_pending()) end = Clock::now() + patience_when_interrupted;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  const std::optional<int> status = process.ended();
  if (status == 0) return ending.code;
  terminal_.error("the hook after_migrate " +
                  (status ? "ended with exit " + std::to_string(*status) : std::string("did not come to its end")) +
                  "; it does not change what stands in " + database_.display() + ": `drydock status` shows it");
  return ending.code == ExitCode::done ? ExitCode::unexpected : ending.code;
}

}  // namespace drydock
