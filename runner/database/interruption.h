// The two ways in which a run is ended from outside: a signal (SIGINT, SIGTERM, SIGHUP) and --timeout. Everything that
// waits asks here, so that shadows, locks and transactions are taken down by their destructors.
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>

namespace drydock {

struct Interrupted : std::runtime_error {
  explicit Interrupted(int signal_number);
  int signal;         // 0: --timeout ran out
  bool told = false;  // whoever knows what stands has said so
};

// Installs handlers that only note the signal. Call once, in main().
void watch_for_signals();

// --timeout, from now on.
void set_deadline(std::optional<std::chrono::milliseconds> from_now);

// Throws Interrupted where a signal came or the deadline is over, unless a Shelter is alive.
void check_interruption();
// The same as a question.
bool interruption_pending();
// Sleeps; throws Interrupted within 100 ms of an interruption.
void pause_for(std::chrono::milliseconds duration);

// While one is alive the deadline does not interrupt: an apply ends only at a transaction's border. Signals still do.
class DeadlineShelter {
 public:
  DeadlineShelter();
  ~DeadlineShelter();
  DeadlineShelter(const DeadlineShelter&) = delete;
  DeadlineShelter& operator=(const DeadlineShelter&) = delete;
};

// While one is alive nothing interrupts this thread: for what has to be done after an interruption, such as a ROLLBACK
// or a DROP DATABASE in a destructor. What runs under it must be short.
class CleanUpShelter {
 public:
  CleanUpShelter();
  ~CleanUpShelter();
  CleanUpShelter(const CleanUpShelter&) = delete;
  CleanUpShelter& operator=(const CleanUpShelter&) = delete;
};

}  // namespace drydock
