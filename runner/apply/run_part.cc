// A try of a part, from BEGIN to COMMIT, or between intent and outcome.
//
// The end of a transaction is the same whatever the migration did: deferred constraints are checked now rather than at
// COMMIT (where nothing could be looked at any more), the role and the time-outs become drydock's own for the rest of
// the transaction, the record is written, and the watcher's query reads what is about to be committed.
#include "runner/apply/run_part.h"

#include <algorithm>

#include "runner/apply/concurrent_index.h"
#include "runner/apply/foreign_keys.h"
#include "runner/apply/part_session.h"
#include "runner/database/interruption.h"

namespace drydock {

namespace {

Statement own(std::string text) {
  Statement statement;
  statement.text = std::move(text);
  return statement;
}

std::string timeout_setting(const PartContext& context) {
  const auto& directive = context.step.migration.directives.lock_timeout;
  return std::to_string((directive ? *directive : context.options.lock_timeout).count());
}

// Whether one of the part's statements may have changed who runs the rest of its transaction, or how.
bool may_change_role(const PartContext& context) {
  return std::any_of(context.part.statements.begin(), context.part.statements.end(), [&](std::size_t index) {
    const StatementTraits& traits = context.step.migration.statements[index].traits;
    return !traits.parsed || traits.runs_code || traits.tag.starts_with("SET") || traits.tag.starts_with("RESET") ||
           traits.tag.starts_with("DECLARE");
  });
}

// Between the file's last statement and COMMIT.
std::vector<Sent> end_of_transaction(const PartContext& context, double seconds) {
  std::vector<Sent> end;
  if (context.database.dialect() == Dialect::postgres) {
    end.push_back({own("SET CONSTRAINTS ALL IMMEDIATE"), nullptr});
    // What the migration set for its own statements must not decide who writes the record, or how long that may take.
    if (may_change_role(context)) {
      end.push_back({own("SET LOCAL SESSION AUTHORIZATION DEFAULT"), nullptr});
      end.push_back({own("SET LOCAL statement_timeout = 0"), nullptr});
      end.push_back({own("SET LOCAL lock_timeout = 0"), nullptr});
      // Nor which operator drydock's own queries mean by "=".
      end.push_back({own("SELECT pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', 'pg_catalog', "
                         "nullif(pg_catalog.current_setting('search_path'), '')), true)"),
                     nullptr});
      // A cursor WITH HOLD runs what is left of its query at COMMIT, behind the last look.
      end.push_back({own("CLOSE ALL"), nullptr});
    }
  }
  const HistoryRow row = row_for(context, HistoryRow::State::applied, context.attempt, seconds);
  end.push_back({context.history.record(row), nullptr});
  return end;
}

// The record could not be written for want of the tables or columns that drydock made: the migration took them away, by
// whatever route. They were there before it (see apply()).
bool misses_the_record(const DatabaseError& error) {
  const std::string& state = error.sqlstate();
  return state == "42P01" || state == "42703" || state == "3F000";
}

Refused record_taken_away(const PartContext& context, const std::string& what_stands) {
  return Refused(context.step.migration.source.file +
                 ": the migration drops or changes drydock's own record, which says what was applied; " + what_stands +
                 ". Take that statement out");
}

// Runs statements as they stand, all in one message where that is allowed. Adds the file's own to `run`.
Rows send_together(const PartContext& context, const std::vector<Sent>& sent, const std::string& probe,
                   MigrationRun& run) {
  std::vector<Statement> statements;
  statements.reserve(sent.size());
  for (const Sent& each : sent) statements.push_back(each.statement);
  try {
    Database::RunResult result = context.database.run(statements, Database::Sending::together, probe);
    for (std::size_t i = 0; i < sent.size(); ++i) {
      if (!sent[i].original) continue;
      StatementRun statement_run = result.runs[i];
      statement_run.statement = sent[i].original;
      run.statements.push_back(statement_run);
    }
    return std::move(result.after);
  } catch (const StatementError& error) {
    const bool at_the_end = error.index >= sent.size() || !sent[error.index].original;
    // The record is the last of what is sent.
    if (at_the_end && error.index + 1 >= sent.size() && misses_the_record(error))
      throw record_taken_away(context, "its transaction was rolled back");
    if (error.index >= sent.size()) throw PartFailure(0, error);
    throw failure_at(sent[error.index], error);
  }
}

StatementRun send_one(const PartContext& context, const Statement& statement) {
  if (statement.traits.needs_superuser && context.options.run_as_superuser) {
    return context.options.run_as_superuser(context.database, statement);
  }
  Database::RunResult result = context.database.run({&statement, 1}, Database::Sending::one_by_one);
  return result.runs.at(0);
}

void send_one_by_one(const PartContext& context, const std::vector<Sent>& sent, MigrationRun& run) {
  for (const Sent& each : sent) {
    check_interruption();
    try {
      if (!each.original) {
        send_one(context, each.statement);
        continue;
      }
      StatementRun statement_run;
      Watcher::Decision decision = Watcher::Decision::again;
      while (decision == Watcher::Decision::again) {
        context.watcher.before(context.database, *each.original);
        statement_run = send_one(context, *each.original);
        statement_run.statement = each.original;
        decision = context.watcher.after(context.database, statement_run);
      }
      run.statements.push_back(statement_run);
    } catch (const DatabaseError& error) {
      throw failure_at(each, error);
    }
  }
}

// SQLite's own check before COMMIT.
class OrphanCheck {
 public:
  explicit OrphanCheck(PartContext& context) : context_(context) {
    const bool applies =
        context.database.dialect() == Dialect::sqlite && !context.step.migration.directives.foreign_keys_on;
    if (applies) check_.emplace(context.database, context.step.migration, context.part);
  }

  // False where violations were found and it is not known yet which of them were there before: the part has to be
  // rolled back for that, and runs once more. Throws PartFailure for new ones.
  bool passes() const {
    if (!check_) return true;
    const ForeignKeyViolations broken = check_->violations_after();
    if (broken.empty()) return true;
    if (!context_.violations_before) return false;
    const ForeignKeyViolations added = broken.besides(*context_.violations_before);
    if (added.empty()) return true;
    throw PartFailure(0, "FOREIGN KEY constraint failed: " + std::to_string(added.size()) +
                             (added.size() == 1 ? " new violation in " : " new violations in ") + added.tables());
  }

 private:
  PartContext& context_;
  std::optional<ForeignKeyCheck> check_;
};

// REQUIRES: a transaction was just begun.
void look(const PartContext& context) try {
  if (context.first_look) context.first_look();
} catch (...) {
  context.database.rollback();
  throw;
}

// Rolls back on every way out but commit().
class OpenTransaction {
 public:
  explicit OpenTransaction(const PartContext& context) : context_(context) {
    prepare_session(context);
    context.database.begin(context.part.begin_options);
    look(context);
  }
  ~OpenTransaction() {
    if (done_) return;
    context_.database.rollback();
    context_.watcher.part_abandoned(context_.database, context_.step, context_.part);
  }
  OpenTransaction(const OpenTransaction&) = delete;
  OpenTransaction& operator=(const OpenTransaction&) = delete;

  void commit() {
    if (context_.options.lock && !context_.options.lock->held()) {
      throw PartFailure(0, "the lock between runners was lost, so another runner may be at work");
    }
    context_.database.commit();
    done_ = true;
  }

 private:
  const PartContext& context_;
  bool done_ = false;
};

}  // namespace

HistoryRow row_for(const PartContext& context, HistoryRow::State state, int attempt, double seconds) {
  const Migration& migration = context.step.migration;
  HistoryRow row = context.options.record;
  row.id = migration.id();
  row.part = context.part.number;
  row.attempt = attempt;
  row.last = context.part.last;
  row.state = state;
  row.name = migration.source.name;
  row.kind = to_string(migration.source.kind);
  if (migration.source.baseline) row.replaces = migration.source.baseline->replaces;
  row.checksum = migration.checksum;
  row.part_checksum = context.part.checksum;
  row.text = migration.source.text;
  row.seconds = seconds;
  return row;
}

namespace {

// Where the migration ends. What a verify script writes is for itself alone.
void add_verification(const PartContext& context, std::vector<Sent>& sent) {
  const Migration& migration = context.step.migration;
  if (!context.part.last || migration.verification.empty()) return;
  sent.push_back({own("SAVEPOINT drydock_verify")});
  for (const Statement& statement : migration.verification)
    sent.push_back({.statement = statement, .original = nullptr, .verifies = &*migration.source.verify});
  sent.push_back({own("ROLLBACK TO SAVEPOINT drydock_verify")});
  sent.push_back({own("RELEASE SAVEPOINT drydock_verify")});
}

}  // namespace

PartFailure failure_at(const Sent& sent, const DatabaseError& error) {
  if (sent.verifies) return {sent.statement.line, error, sent.verifies->file};
  return {sent.original ? sent.original->line : 0, error};
}

std::vector<Sent> statements_of(const PartContext& context) {
  const Migration& migration = context.step.migration;
  const bool postgres = context.database.dialect() == Dialect::postgres;
  std::vector<Sent> sent;
  for (const std::size_t index : context.part.statements) {
    const Statement& statement = migration.statements[index];
    const bool waits_by_design = postgres && context.part.mode == Part::Mode::transaction &&
                                 statement.traits.lock_class == LockClass::concurrent &&
                                 !migration.directives.lock_timeout;
    if (waits_by_design) sent.push_back({own("SET LOCAL lock_timeout = 0"), nullptr});
    sent.push_back({statement, &statement});
    if (waits_by_design) sent.push_back({own("SET LOCAL lock_timeout = " + timeout_setting(context)), nullptr});
  }
  if (context.part.mode == Part::Mode::transaction) add_verification(context, sent);
  return sent;
}

bool run_transaction(PartContext& context, MigrationRun& run) {
  const auto start = std::chrono::steady_clock::now();
  const std::size_t runs_before = run.statements.size();
  OpenTransaction transaction(context);
  try {
    context.watcher.part_begins(context.database, context.step, context.part);
    const OrphanCheck orphans(context);
    std::vector<Sent> sent = statements_of(context);
    Rows seen;
    const std::string probe = context.watcher.probe();
    const auto elapsed = [&] {
      return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    const bool together = context.options.together && !context.watcher.one_by_one(context.step, context.part) &&
                          context.database.dialect() == Dialect::postgres;
    if (together) {
      for (Sent& each : end_of_transaction(context, 0)) sent.push_back(std::move(each));
      seen = send_together(context, sent, probe, run);
    } else {
      send_one_by_one(context, sent, run);
      if (!orphans.passes()) {
        run.statements.resize(runs_before);
        context.violations_wanted = true;
        return false;
      }
      seen = send_together(context, end_of_transaction(context, elapsed()), probe, run);
    }
    if (context.watcher.before_commit(context.database, context.step, context.part, seen) == Watcher::Decision::again) {
      run.statements.resize(runs_before);
      return false;
    }
    transaction.commit();
  } catch (const DatabaseError& error) {
    throw PartFailure(0, error);
  }
  context.watcher.part_done(context.database, context.step, context.part);
  return true;
}

namespace {

// Writes a row in a transaction of its own, as whoever drydock connected as, whatever role the migration has taken.
void write_row(const PartContext& context, HistoryRow::State state, int attempt, double seconds) {
  const Statement record = context.history.record(row_for(context, state, attempt, seconds));
  context.database.begin();
  if (state == HistoryRow::State::started) look(context);
  if (context.database.dialect() == Dialect::postgres) {
    context.database.execute("SET LOCAL SESSION AUTHORIZATION DEFAULT; SET LOCAL statement_timeout = 0");
  }
  try {
    context.database.run({&record, 1}, Database::Sending::one_by_one);
  } catch (const DatabaseError& error) {
    context.database.rollback();
    if (!misses_the_record(error)) throw;
    throw record_taken_away(context, "it ran outside a transaction, so that nothing was rolled back");
  }
  context.database.commit();
}

// What could not run in a transaction is done and recorded by now: the verify script has one of its own, rolled back.
void verify_what_ran_alone(const PartContext& context, MigrationRun& run) {
  std::vector<Sent> sent;
  add_verification(context, sent);
  if (sent.empty()) return;
  context.database.begin();
  try {
    send_one_by_one(context, sent, run);
  } catch (...) {
    context.database.rollback();
    throw;
  }
  context.database.rollback();
}

}  // namespace

void run_alone(const PartContext& context, MigrationRun& run) {
  const Statement& statement = context.step.migration.statements[context.part.statements.front()];
  const auto start = std::chrono::steady_clock::now();
  const bool builds_index = context.database.dialect() == Dialect::postgres && statement.traits.concurrent_index &&
                            statement.traits.concurrent_index->action != ConcurrentIndex::Action::drop;
  const auto write = [&](HistoryRow::State state, int attempt) {
    write_row(context, state, attempt, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  };
  try {
    prepare_session(context);
    if (builds_index && index_outcome(context.database, statement) == IndexOutcome::invalid) {
      drop_leftovers(context.database, statement);
    }
    context.watcher.part_begins(context.database, context.step, context.part);
    write(HistoryRow::State::started, context.attempt);
    const PatientSession patient(context, statement);
    try {
      send_one_by_one(context, {{statement, &statement}}, run);
    } catch (const PartFailure& failure) {
      // A lost connection leaves the outcome open: the next run looks it up.
      if (failure.details.connection_lost) throw;
      if (builds_index) drop_leftovers(context.database, statement);
      write(HistoryRow::State::failed, context.attempt + 1);
      throw;
    }
    patient.restore();
    context.watcher.part_done(context.database, context.step, context.part);
    if (builds_index && index_outcome(context.database, statement) == IndexOutcome::invalid) {
      drop_leftovers(context.database, statement);
      write(HistoryRow::State::failed, context.attempt + 1);
      throw PartFailure(statement.line, "the index was left invalid; it has been dropped again");
    }
    write(HistoryRow::State::applied, context.attempt + 1);
    verify_what_ran_alone(context, run);
  } catch (const DatabaseError& error) {
    throw PartFailure(statement.line, error);
  }
}

}  // namespace drydock
