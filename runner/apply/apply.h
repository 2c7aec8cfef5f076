// The only code that runs a migration: on the shadow and on the target alike.
//
// For each part: a session as new, BEGIN, the statements, SET CONSTRAINTS ALL IMMEDIATE (SQLite: foreign_key_check),
// the record, the watcher's word, COMMIT alone. A statement that cannot run in a transaction has an intent row first,
// and after a crash its outcome is looked up. A lock_timeout rolls the whole transaction back and retries it with
// growing, jittered pauses, saying who blocks.
#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/apply/watcher.h"
#include "runner/database/database.h"
#include "runner/database/lock.h"
#include "runner/history/history.h"
#include "runner/plan/plan.h"

namespace drydock {

struct MigrationRun {
  std::string id;
  double seconds = 0;
  std::vector<StatementRun> statements;  // of the last try of each part; seconds are 0 where they travelled together
};

// What a person sees while it runs. Every method may be left as it is.
class ProgressListener {
 public:
  virtual ~ProgressListener() = default;
  virtual void migration_begins(const Step&, std::size_t /*index*/, std::size_t /*count*/) {}
  virtual void migration_done(const Step&, double /*seconds*/) {}
  // A statement has been running for longer than a second: called about once a second.
  virtual void statement_runs(const Step&, const Statement&, double /*seconds*/,
                              const std::string& /*waits_for_and_percent*/) {}
  virtual void lock_retry(const Step&, int /*attempt*/, std::chrono::milliseconds /*pause*/,
                          const std::string& /*blockers*/) {}
};

struct ApplyOptions {
  std::chrono::milliseconds lock_timeout{5000};
  int lock_retries = 10;
  bool together = true;           // statements of one transaction in one message, where the watcher does not object
  MigrationLock* lock = nullptr;  // asked before each COMMIT; nullptr on a shadow
  HistoryRow record;              // a template: applied_by, tool_version, rehearsal, server_time, wal_position
  ProgressListener* progress = nullptr;
  // Called about once a second while a statement runs and waits for no lock: the progress that others can wait for.
  // Must not throw.
  std::function<void()> at_work;
  // Runs a statement that needs a superuser (StatementTraits::needs_superuser) in the session's open transaction, in
  // place of Database::run. Set on shadows only.
  std::function<StatementRun(Database&, const Statement&)> run_as_superuser;
};

// A statement, a COMMIT or a check failed; the transaction is rolled back. what() has file:line, SQLSTATE and the
// server's message without values.
struct ApplyFailure : std::runtime_error {
  ApplyFailure(const std::string& message, std::string id_, int line_, std::string sqlstate_)
      : std::runtime_error(message), id(std::move(id_)), line(line_), sqlstate(std::move(sqlstate_)) {}
  std::string id;
  int line = 0;
  std::string sqlstate;              // "" for foreign_key_check
  ErrorObjects objects;              // that may be shown
  std::string raw;                   // the server's own words, for --show-values
  bool undoes = false;               // it is an undo
  std::vector<std::string> applied;  // ids that were applied, or undone, before it in this run
  bool partly_done = false;          // parts of the failed migration stand
  std::string state;                 // one sentence: what was rolled back, what stands
};

// The history has moved on since the plan was made: another process recorded in between. Nothing was run.
struct StalePlan : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// On a target that has no lock of the server's (SQLite: a file beside the database, which another machine or another
// name of the file does not see) the history is read again inside the run's first transaction, which keeps every other
// writer out. A baseline that is to be run only where the database holds nothing has that asked inside its first
// transaction. Throws ApplyFailure, Refused, StalePlan, Interrupted.
// REQUIRES: history tables exist, plan.based_on matches the target (see fingerprint checks in the caller).
std::vector<MigrationRun> apply(const Plan& plan, Database& database, History& history, Watcher& watcher,
                                const ApplyOptions& options);

}  // namespace drydock
