// The handler does no more than note the signal's number; whoever waits asks at least every 100 ms.
#include "runner/database/interruption.h"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <string>
#include <thread>

namespace drydock {

namespace {

using Clock = std::chrono::steady_clock;

std::atomic<int> noted_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may store it");

constexpr Clock::rep no_deadline = 0;
std::atomic<Clock::rep> deadline{no_deadline};
std::atomic<int> deadline_shelters{0};
thread_local int clean_up_shelters = 0;

extern "C" void note_signal(int number) { noted_signal.store(number); }

bool deadline_is_over() {
  Clock::rep at = deadline.load();
  return at != no_deadline && deadline_shelters.load() == 0 && Clock::now().time_since_epoch().count() >= at;
}

std::string describe(int signal_number) {
  switch (signal_number) {
    case 0:
      return "--timeout ran out";
    case SIGINT:
      return "interrupted (SIGINT)";
    case SIGTERM:
      return "asked to end (SIGTERM)";
    case SIGHUP:
      return "the terminal went away (SIGHUP)";
    default:
      return "ended by signal " + std::to_string(signal_number);
  }
}

}  // namespace

Interrupted::Interrupted(int signal_number) : std::runtime_error(describe(signal_number)), signal(signal_number) {}

void watch_for_signals() {
  struct sigaction action = {};
  action.sa_handler = note_signal;
  sigemptyset(&action.sa_mask);
  for (int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
  // A server that closes its end is an error of that connection, not the end of this process.
  std::signal(SIGPIPE, SIG_IGN);
}

void set_deadline(std::optional<std::chrono::milliseconds> from_now) {
  deadline = from_now ? (Clock::now() + *from_now).time_since_epoch().count() : no_deadline;
}

bool interruption_pending() {
  if (clean_up_shelters > 0) return false;
  return noted_signal.load() != 0 || deadline_is_over();
}

void check_interruption() {
  if (interruption_pending()) throw Interrupted(noted_signal.load());
}

void pause_for(std::chrono::milliseconds duration) {
  constexpr Clock::duration nap = std::chrono::milliseconds(50);
  Clock::time_point end = Clock::now() + duration;
  while (true) {
    check_interruption();
    Clock::time_point now = Clock::now();
    if (now >= end) return;
    std::this_thread::sleep_for(std::min(nap, end - now));
  }
}

DeadlineShelter::DeadlineShelter() { ++deadline_shelters; }
DeadlineShelter::~DeadlineShelter() { --deadline_shelters; }

CleanUpShelter::CleanUpShelter() { ++clean_up_shelters; }
CleanUpShelter::~CleanUpShelter() { --clean_up_shelters; }

}  // namespace drydock
