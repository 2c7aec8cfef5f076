// A child process of drydock's: a program, or a function in a forked copy of this process. It never outlives drydock
// (the kernel ends it when its parent dies), writes no core dump, and leads a session of its own, so that a Ctrl-C at
// the terminal reaches drydock alone, which then takes it down.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/shadow/server_user.h"

namespace drydock {

struct Program {
  enum class Environment { inherited, empty };

  std::vector<std::string> arguments;  // the program's path first; never a secret: every process may read them
  std::map<std::string, std::string> variables;
  Environment environment = Environment::inherited;  // what `variables` are added to
  std::filesystem::path output;                      // where its standard output and error go, appended
  std::optional<ServerUser> user;                    // whom it runs as; nullopt: as drydock does
  int death_signal = 9;                              // what it gets when drydock dies
  std::function<void()> before_user;                 // in the child, before it becomes `user`
  std::function<void()> before_exec;                 // in the child, at last
};

class ChildProcess {
 public:
  explicit ChildProcess(const Program& program);
  // Runs `task` in the child; its result is the exit status. It may only use what is safe after fork().
  explicit ChildProcess(const std::function<int()>& task);
  // Kills what still runs, its own children included.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The exit status; 128 and the signal's number where a signal ended it. Throws Interrupted.
  int wait();
  // The exit status if it has ended.
  std::optional<int> ended();
  // Kills what it has started and left running in its session's first process group. REQUIRES: it has ended.
  void end_descendants();
  // Sends the signal and waits; after `patience` kills it.
  void end(int signal, std::chrono::milliseconds patience);

  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  std::optional<int> status_;
};

// Runs a program to its end. Throws Interrupted.
int run_program(const Program& program);

// The last lines of a program's output, for an error message; "" where there is none.
std::string last_lines(const std::filesystem::path& output, std::size_t lines);

}  // namespace drydock
