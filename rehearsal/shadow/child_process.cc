#include "rehearsal/shadow/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <fstream>
#include <system_error>
#include <thread>

#include "runner/database/interruption.h"

namespace drydock {

namespace {

constexpr int exec_failed = 127;

void default_signals() {
  for (int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGUSR1, SIGUSR2}) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

void forbid_core_dumps() {
  rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

// A change of user clears the death signal, so this comes after it. A parent that died before has left another one.
void die_with_parent(int signal, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, signal);
  if (::getppid() != parent) ::_exit(exec_failed);
}

void redirect(const std::filesystem::path& output) {
  int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, STDIN_FILENO);
  int file = output.empty() ? null : ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  ::dup2(file < 0 ? null : file, STDOUT_FILENO);
  ::dup2(file < 0 ? null : file, STDERR_FILENO);
}

std::vector<std::string> environment_of(const Program& program) {
  std::vector<std::string> result;
  for (char** entry = environ; program.environment == Program::Environment::inherited && *entry != nullptr; ++entry) {
    std::string text = *entry;
    if (!program.variables.contains(text.substr(0, text.find('=')))) result.push_back(std::move(text));
  }
  for (const auto& [name, value] : program.variables) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int status_of(int wait_status) {
  return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
}

}  // namespace

ChildProcess::ChildProcess(const Program& program) {
  std::vector<std::string> argument_texts = program.arguments, environment_texts = environment_of(program);
  std::vector<char*> arguments = pointers(argument_texts), environment = pointers(environment_texts);
  pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "cannot start " + program.arguments[0]);
  if (pid_ > 0) return;

  ::setsid();
  default_signals();
  redirect(program.output);
  if (program.before_user) program.before_user();
  if (program.user && !become(*program.user)) ::_exit(exec_failed);
  forbid_core_dumps();
  die_with_parent(program.death_signal, parent);
  if (program.before_exec) program.before_exec();
  ::execve(arguments[0], arguments.data(), environment.data());
  ::_exit(exec_failed);
}

ChildProcess::ChildProcess(const std::function<int()>& task) {
  pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "cannot start a process");
  if (pid_ > 0) return;

  ::setsid();
  default_signals();
  forbid_core_dumps();
  die_with_parent(SIGKILL, parent);
  int status = exec_failed;
  try {
    status = task();
  } catch (...) {
  }
  ::_exit(status);
}

ChildProcess::~ChildProcess() { end(SIGKILL, std::chrono::milliseconds(0)); }

std::optional<int> ChildProcess::ended() {
  if (status_) return status_;
  int status = 0;
  pid_t result = ::waitpid(pid_, &status, WNOHANG);
  if (result == pid_) status_ = status_of(status);
  if (result < 0 && errno == ECHILD) status_ = exec_failed;
  return status_;
}

int ChildProcess::wait() {
  std::chrono::milliseconds pause(1);
  while (!ended()) {
    check_interruption();
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::milliseconds(20));
  }
  return *status_;
}

void ChildProcess::end_descendants() { ::kill(-pid_, SIGKILL); }

void ChildProcess::end(int signal, std::chrono::milliseconds patience) {
  if (ended()) return;
  ::kill(pid_, signal);
  auto deadline = std::chrono::steady_clock::now() + patience;
  while (!ended() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  if (ended()) return;
  ::kill(-pid_, SIGKILL);
  ::kill(pid_, SIGKILL);
  while (!ended()) std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

int run_program(const Program& program) { return ChildProcess(program).wait(); }

std::string last_lines(const std::filesystem::path& output, std::size_t lines) {
  std::ifstream file(output);
  std::deque<std::string> kept;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) kept.push_back(line);
    if (kept.size() > lines) kept.pop_front();
  }
  std::string result;
  for (const std::string& line : kept) result += (result.empty() ? "" : "\n") + line;
  return result;
}

}  // namespace drydock
