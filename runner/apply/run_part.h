// One try of one part of a migration. apply.cc decides how often; here is what a try consists of.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runner/apply/apply.h"
#include "runner/apply/foreign_key_violations.h"

namespace drydock {

// The statements that stand around a part's own, and which of the file's they are.
struct Sent {
  Statement statement;
  const Statement* original = nullptr;     // nullptr: drydock's own, or
  const VerifyScript* verifies = nullptr;  // of the script that verifies the migration
};

// A failure inside a part: the line of the file it belongs to (0: the end of the transaction), and what the server
// said. `file`: of the verify script whose line it is; "" for the migration's.
struct PartFailure : std::runtime_error {
  PartFailure(int line_, const DatabaseError& error, std::string file_ = {})
      : std::runtime_error(error.what()), line(line_), file(std::move(file_)), details(error.details()) {}
  PartFailure(int line_, const std::string& why) : std::runtime_error(why), line(line_) {}
  int line;
  std::string file;
  DatabaseError::Details details;
};

// A migration starts in a session as new, and its parts share it: what an earlier part SET holds for the later ones.
enum class SessionState {
  fresh,      // the first part of this run: reset before it
  continued,  // a later part
  retried,    // a later part that was rolled back: what a rollback leaves behind has to go
};

struct PartContext {
  const Step& step;
  const Part& part;
  int attempt;  // of the history row
  Database& database;
  History& history;
  Watcher& watcher;
  const ApplyOptions& options;
  SessionState session = SessionState::fresh;
  // Called inside the part's first transaction, before anything else; may throw. Empty: nothing is to be checked.
  std::function<void()> first_look = {};
  // SQLite: the foreign key violations that were there before the part; counted only where a try found any.
  std::optional<ForeignKeyViolations> violations_before = {};
  bool violations_wanted = false;
};

// The part's statements with what has to stand between them (SET LOCAL lock_timeout around VALIDATE CONSTRAINT).
std::vector<Sent> statements_of(const PartContext& context);

// Runs the part in one transaction up to and with its COMMIT. False where it has to run once more (the
// watcher wants it, or violations_wanted is set): then it has been rolled back. Throws PartFailure (rolled back),
// Refused (rolled back), Interrupted.
bool run_transaction(PartContext& context, MigrationRun& run);

// The failure of a statement that was sent.
PartFailure failure_at(const Sent& sent, const DatabaseError& error);

// Runs the part's one statement outside a transaction, between its intent row and its outcome row.
void run_alone(const PartContext& context, MigrationRun& run);

HistoryRow row_for(const PartContext& context, HistoryRow::State state, int attempt, double seconds);

}  // namespace drydock
