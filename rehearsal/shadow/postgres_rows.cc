#include "rehearsal/shadow/postgres_rows.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "rehearsal/shadow/postgres_copy_pipe.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace {

constexpr std::size_t most_workers = 2;

// What the workers share: the next table, what they counted, and the first failure.
class Work {
 public:
  Work(PostgresSource& source, const DatabaseUrl& shadow, const std::vector<TableToCopy>& tables, int shadow_major)
      : source_(source), shadow_(shadow), tables_(tables), shadow_major_(shadow_major), counts_(tables.size()) {}

  void run_worker() {
    try {
      PostgresCopyPipe pipe(source_, shadow_, shadow_major_, stop_);
      for (std::size_t index = next_++; index < tables_.size() && !stop_; index = next_++) {
        // A table without a block has no row; there may be thousands of them.
        if (tables_[index].bytes > 0) counts_[index] = pipe.copy(tables_[index]);
      }
    } catch (const PipeStopped&) {
    } catch (...) {
      std::lock_guard lock(mutex_);
      if (!failure_) failure_ = std::current_exception();
      stop_ = true;
    }
    ++ended_;
  }

  std::size_t ended() const { return ended_; }
  void stop() { stop_ = true; }
  void rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }
  const PostgresCopyPipe::Counts& counts(std::size_t index) const { return counts_[index]; }

 private:
  PostgresSource& source_;
  const DatabaseUrl& shadow_;
  const std::vector<TableToCopy>& tables_;
  int shadow_major_;
  std::vector<PostgresCopyPipe::Counts> counts_;
  std::atomic<std::size_t> next_ = 0, ended_ = 0;
  std::atomic<bool> stop_ = false;
  std::mutex mutex_;
  std::exception_ptr failure_;
};

// Joins the workers before the work that they share goes.
class Workers {
 public:
  Workers(Work& work, std::size_t count) : work_(work) {
    for (std::size_t i = 0; i < count; ++i) threads_.emplace_back([&work] { work.run_worker(); });
  }
  ~Workers() {
    work_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  void wait() const {
    while (work_.ended() < threads_.size()) {
      check_interruption();
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 private:
  Work& work_;
  std::vector<std::thread> threads_;
};

}  // namespace

CopiedRows copy_rows(PostgresSource& source, const DatabaseUrl& shadow, const std::vector<TableToCopy>& tables,
                     int shadow_major) {
  Work work(source, shadow, tables, shadow_major);
  {
    Workers workers(work, std::min(most_workers, tables.size()));
    workers.wait();
  }
  work.rethrow();

  CopiedRows copied;
  for (std::size_t index = 0; index < tables.size(); ++index) {
    PostgresCopyPipe::Counts counts = work.counts(index);
    if (counts.sent != counts.taken) {
      throw CannotRehearse("the source sent " + std::to_string(counts.sent) + " rows of " + tables[index].display() +
                           " and the shadow took " + std::to_string(counts.taken) + ": run again");
    }
    copied.sent[tables[index].display()] = counts.sent;
    copied.taken[tables[index].display()] = counts.taken;
  }
  return copied;
}

}  // namespace drydock
