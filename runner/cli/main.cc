// The command `drydock`. A signal ends it by unwinding first, so that no shadow, lock or transaction is left, and then
// by the signal itself, so that whoever started it sees what it died of.
#include <csignal>

#include "runner/cli/command_line.h"
#include "runner/database/interruption.h"

int main(int argc, char** argv) {
  drydock::watch_for_signals();
  try {
    return static_cast<int>(drydock::run_command_line(argc, argv));
  } catch (const drydock::Interrupted& end) {
    std::signal(end.signal, SIG_DFL);
    std::raise(end.signal);
    return 128 + end.signal;
  }
}
