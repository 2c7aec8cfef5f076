#include "runner/cli/many_run.h"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <list>
#include <thread>

#include "rehearsal/shadow/child_process.h"
#include "runner/cli/memory_file.h"
#include "runner/database/interruption.h"

namespace drydock {
namespace {

using Clock = std::chrono::steady_clock;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds between_looks{5};
// How long one that was asked to end may take, until it is killed: it rolls back, and takes its shadow down.
constexpr std::chrono::seconds patience{60};

Program program_of(const ManyTarget& target, const std::vector<std::string>& words, const MemoryFile& output,
                   const MemoryFile& error) {
  Program program;
  program.arguments = {"/proc/self/exe"};
  program.arguments.insert(program.arguments.end(), words.begin(), words.end());
  program.variables = target.variables;
  program.death_signal = SIGTERM;
  program.before_exec = [&output, &error] {
    output.become(STDOUT_FILENO);
    error.become(STDERR_FILENO);
  };
  return program;
}

// One that runs. Its streams outlive its process.
class Child {
 public:
  Child(ManyOutcome& outcome, const std::vector<std::string>& words)
      : outcome_(outcome), process_(program_of(*outcome.target, words, output_, error_)) {}

  ManyOutcome& outcome() const { return outcome_; }
  // False while it runs.
  bool collect() {
    const std::optional<int> status = process_.ended();
    if (!status) return false;
    outcome_.exit_code = status;
    outcome_.seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    outcome_.said = error_.text();
    outcome_.document = nlohmann::ordered_json::parse(output_.text(), nullptr, false);
    if (outcome_.document.is_discarded()) outcome_.document = nullptr;
    return true;
  }
  void ask_to_end() const { ::kill(process_.pid(), SIGTERM); }
  void end() { process_.end(SIGTERM, patience); }

 private:
  ManyOutcome& outcome_;
  Clock::time_point began_ = Clock::now();
  MemoryFile output_, error_;
  ChildProcess process_;
};

class ManyRun {
 public:
  ManyRun(const std::vector<ManyTarget>& targets, const std::vector<std::string>& words, const ManyPolicy& policy,
          const std::function<void(const ManyOutcome&)>& ended)
      : words_(words), policy_(policy), ended_(ended) {
    outcomes_.resize(targets.size());
    for (std::size_t index = 0; index < targets.size(); ++index) outcomes_[index].target = &targets[index];
  }

  std::vector<ManyOutcome> run() {
    do {
      start_more();
      collect();
      if (interruption_pending()) end_all();
      if (!children_.empty()) std::this_thread::sleep_for(between_looks);
    } while (!children_.empty() || may_start());
    return std::move(outcomes_);
  }

 private:
  bool may_start() const {
    const bool in_time = !policy_.end || Clock::now() < *policy_.end;
    const std::size_t jobs = policy_.canary && !canary_ended_ ? 1 : policy_.jobs;
    return !stopped_ && in_time && next_ < outcomes_.size() && children_.size() < jobs;
  }

  void start_more() {
    while (may_start()) {
      std::vector<std::string> words = words_;
      if (policy_.end) {
        const auto left = std::chrono::duration_cast<Milliseconds>(*policy_.end - Clock::now());
        words.insert(words.end(), {"--timeout", std::to_string(std::max<std::int64_t>(1, left.count())) + "ms"});
      }
      children_.emplace_back(outcomes_[next_++], words);
      if (policy_.canary && !canary_ended_) return;
    }
  }

  void collect() {
    for (auto child = children_.begin(); child != children_.end();) {
      if (!child->collect()) {
        ++child;
        continue;
      }
      const ManyOutcome& outcome = child->outcome();
      const bool was_canary = policy_.canary && !canary_ended_;
      canary_ended_ = true;
      if (outcome.failed() && (was_canary || !policy_.keep_going)) stopped_ = true;
      child = children_.erase(child);
      ended_(outcome);
    }
  }

  // All at once, then each is waited for.
  void end_all() {
    for (const Child& child : children_) child.ask_to_end();
    {
      const CleanUpShelter shelter;
      for (Child& child : children_) child.end();
    }
    children_.clear();
    check_interruption();
  }

  const std::vector<std::string>& words_;
  const ManyPolicy& policy_;
  const std::function<void(const ManyOutcome&)>& ended_;
  std::vector<ManyOutcome> outcomes_;
  std::list<Child> children_;
  std::size_t next_ = 0;
  bool canary_ended_ = false, stopped_ = false;
};

}  // namespace

std::vector<ManyOutcome> run_many(const std::vector<ManyTarget>& targets, const std::vector<std::string>& words,
                                  const ManyPolicy& policy, const std::function<void(const ManyOutcome&)>& ended) {
  return ManyRun(targets, words, policy, ended).run();
}

}  // namespace drydock
