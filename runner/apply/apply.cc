// Runs a plan, part by part. What a try of a part consists of stands in run_part.cc; here is how often it is tried,
// what is said when it fails, and what a person sees meanwhile.
#include "runner/apply/apply.h"

#include <algorithm>
#include <random>
#include <thread>

#include "runner/apply/error_objects.h"
#include "runner/apply/foreign_key_violations.h"
#include "runner/apply/run_part.h"
#include "runner/database/activity.h"
#include "runner/database/interruption.h"
#include "runner/identity/identity.h"

namespace drydock {

namespace {

constexpr const char* lock_not_available = "55P03";
constexpr const char* invalid_transaction_termination = "2D000";

bool is_lock_timeout(const PartFailure& failure) { return failure.details.sqlstate == lock_not_available; }

// 0.2 s, doubled with each retry up to 30 s, and between half and the whole of that: runners that wait for the same
// table do not come back at the same moment.
std::chrono::milliseconds pause_before(int retry) {
  thread_local std::mt19937 random{std::random_device{}()};
  const int longest = std::min(200 << std::min(retry, 8), 30000);
  return std::chrono::milliseconds(std::uniform_int_distribution<int>(longest / 2, longest)(random));
}

void sleep_watchfully(std::chrono::milliseconds pause) {
  const auto end = std::chrono::steady_clock::now() + pause;
  while (std::chrono::steady_clock::now() < end) {
    check_interruption();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Tells of a statement that runs for longer than a second, while it lives.
class LiveLine {
 public:
  // REQUIRES: everything given outlives it. `waits_for` keeps the last answer, for when the wait ends in a time-out.
  LiveLine(Database& database, const Step& step, const Part& part, const ApplyOptions& options, std::string& waits_for)
      : database_(database) {
    if (part.statements.empty() || (!options.progress && !options.at_work)) return;
    const Statement& statement = step.migration.statements[part.statements.front()];
    database.on_wait(std::chrono::milliseconds(1000), [&](double seconds) {
      const Activity activity =
          database.backend_pid() == 0 ? Activity{} : activity_of(database.url(), database.backend_pid());
      waits_for = activity.text;
      if (options.at_work && !activity.blocked) options.at_work();
      if (options.progress) options.progress->statement_runs(step, statement, seconds, waits_for);
    });
  }
  ~LiveLine() { database_.on_wait(std::chrono::milliseconds(1000), {}); }
  LiveLine(const LiveLine&) = delete;
  LiveLine& operator=(const LiveLine&) = delete;

 private:
  Database& database_;
};

class Applier {
 public:
  Applier(const Plan& plan, Database& database, History& history, Watcher& watcher, const ApplyOptions& options)
      : plan_(plan),
        database_(database),
        history_(history),
        watcher_(watcher),
        options_(options),
        history_looked_at_(options.lock == nullptr || database.dialect() == Dialect::postgres) {}

  std::vector<MigrationRun> run() {
    for (std::size_t i = 0; i < plan_.steps.size(); ++i) {
      const Step& step = plan_.steps[i];
      if (options_.progress) options_.progress->migration_begins(step, i, plan_.steps.size());
      run_step(step);
      if (options_.progress) options_.progress->migration_done(step, runs_.back().seconds);
    }
    return std::move(runs_);
  }

 private:
  void run_step(const Step& planned) {
    const auto start = std::chrono::steady_clock::now();
    MigrationRun run{.id = planned.migration.id(), .seconds = 0, .statements = {}};
    std::optional<Step> recut;  // where a statement turned out to end transactions itself
    for (std::size_t i = planned.first_part; i < (recut ? *recut : planned).parts.size();) {
      check_interruption();
      std::optional<DeadlineShelter> shelter;  // a target is left only at a transaction's border
      if (options_.lock) shelter.emplace();
      const Step& step = recut ? *recut : planned;
      try {
        run_part(step, step.parts[i], i == planned.first_part ? SessionState::fresh : SessionState::continued, run);
        ++i;
      } catch (const PartFailure& failure) {
        std::optional<Step> other = with_statement_alone(step, step.parts[i], failure);
        if (!other) throw failure_of(step, step.parts[i], failure);
        recut = std::move(other);
      }
    }
    run.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    runs_.push_back(std::move(run));
  }

  // A DO or CALL that commits cannot be told by its text: the server says so (2D000), its transaction is rolled back,
  // and the migration is cut anew around it.
  std::optional<Step> with_statement_alone(const Step& step, const Part& part, const PartFailure& failure) const {
    if (failure.details.sqlstate != invalid_transaction_termination || !failure.file.empty() ||
        part.mode == Part::Mode::alone)
      return std::nullopt;
    Step recut = step;
    for (const std::size_t index : part.statements) {
      Statement& statement = recut.migration.statements[index];
      if (statement.line != failure.line || !statement.traits.runs_code) continue;
      statement.traits.outside_transaction = true;
      recut.parts = cut_into_parts(recut.migration, database_.dialect());
      return recut;
    }
    return std::nullopt;
  }

  void run_part(const Step& step, const Part& part, SessionState session, MigrationRun& run) {
    PartContext context{.step = step,
                        .part = part,
                        .attempt = step.attempt,
                        .database = database_,
                        .history = history_,
                        .watcher = watcher_,
                        .options = options_,
                        .session = session,
                        .first_look = {}};
    const bool makes_all = step.only_where_empty && part.number == 0;
    if (!history_looked_at_ || makes_all)
      context.first_look = [this, &step, makes_all, looks_at_history = !history_looked_at_] {
        if (looks_at_history) require_unmoved_history();
        if (makes_all) require_empty_database(*step.only_where_empty, step.migration.source.file);
      };
    std::string waits_for;
    const LiveLine live_line(database_, step, part, options_, waits_for);
    for (int retry = 0;;) {
      try {
        if (part.mode == Part::Mode::alone) return run_alone(context, run);
        if (run_transaction(context, run)) return;
        if (context.session == SessionState::continued) context.session = SessionState::retried;
        if (context.violations_wanted) {
          context.violations_before = ForeignKeyViolations::in_all_tables(database_);
          context.violations_wanted = false;
        }
      } catch (const PartFailure& failure) {
        if (!is_lock_timeout(failure) || part.mode == Part::Mode::alone || retry >= options_.lock_retries) throw;
        if (context.session == SessionState::continued) context.session = SessionState::retried;
        wait_before_retry(step, ++retry, waits_for);
      }
    }
  }

  // Once in a run: what is recorded behind the first transaction can only be this run's, or meets the history's unique
  // key. On PostgreSQL nothing may stand before a file's first statement, and the lock is the server's.
  void require_unmoved_history() {
    history_looked_at_ = true;
    if (history_.read().fingerprint() == plan_.based_on.history) return;
    throw StalePlan("another process recorded migrations in " + database_.url().display() +
                    " since the plan was made; this run changed nothing. Run the command again");
  }

  // The one look that may stand before a file's first statement: a baseline is run on nothing or not at all.
  void require_empty_database(const EmptyDatabase& wanted, const std::string& file) {
    if (!holds_objects(database_, wanted.schemas)) return;
    throw StalePlan(database_.url().display() + " holds objects that were not there when the plan was made, and " +
                    file + " is made for an empty database; it was not run. Run `drydock migrate` again");
  }

  void wait_before_retry(const Step& step, int retry, const std::string& waits_for) {
    const std::chrono::milliseconds pause = pause_before(retry);
    if (options_.progress) options_.progress->lock_retry(step, retry, pause, waits_for);
    sleep_watchfully(pause);
  }

  ApplyFailure failure_of(const Step& step, const Part& part, const PartFailure& failure) const {
    const int line = failure.line;
    const bool first = part.number == 0 && part.mode == Part::Mode::transaction;
    const ErrorObjects objects = objects_to_show(failure.details, step.migration, database_,
                                                 first ? Catalog::as_before_the_migration : Catalog::may_hold_its_work);
    std::string message = (failure.file.empty() ? step.migration.source.file : failure.file) +
                          (line > 0 ? ":" + std::to_string(line) : "") + ": " + failure.what() +
                          in_parentheses(objects);
    if (line == 0) message += " (at the end of the transaction)";
    if (is_lock_timeout(failure)) message += ", tried " + std::to_string(options_.lock_retries + 1) + " times";
    ApplyFailure result(message, step.migration.id(), failure.file.empty() ? line : 0, failure.details.sqlstate);
    result.objects = objects;
    result.raw = failure.details.message;
    result.undoes = step.migration.source.kind == MigrationKind::undo;
    for (const MigrationRun& run : runs_) result.applied.push_back(run.id);
    result.partly_done = part.number > 0 || part.mode == Part::Mode::alone;
    result.state = state_after(step, part, failure);
    return result;
  }

  std::string state_after(const Step& step, const Part& part, const PartFailure& failure) const {
    const std::string id = step.migration.id();
    if (!failure.file.empty() && part.mode == Part::Mode::alone)
      return "The migration ran outside a transaction: it stands, and is recorded as applied; what verifies it failed" +
             what_came_before(step);
    if (failure.details.connection_lost && part.mode == Part::Mode::alone) {
      return "The connection was lost while a statement ran outside a transaction; the next run looks up its outcome.";
    }
    if (failure.details.commit_in_doubt)
      return "Whether its transaction was committed is not known: `drydock status` tells, and the next run goes on "
             "from what is recorded" +
             what_came_before(step);
    std::string state = part.mode == Part::Mode::alone ? "The statement ran outside a transaction and did not complete"
                                                       : "Its transaction was rolled back";
    if (part.number > 0) {
      state += "; what stands before it in the file is committed and recorded, and the next run goes on from here";
    }
    return state + what_came_before(step);
  }

  std::string what_came_before(const Step& step) const {
    const bool undoes = step.migration.source.kind == MigrationKind::undo;
    if (runs_.empty())
      return undoes ? "; no migration was undone by this run before it."
                    : "; no migration of this run was applied before it.";
    return "; " + std::to_string(runs_.size()) + (undoes ? " before it (down to " : " before it (up to ") +
           runs_.back().id + (undoes ? ") are undone." : ") stand.");
  }

  const Plan& plan_;
  Database& database_;
  History& history_;
  Watcher& watcher_;
  const ApplyOptions& options_;
  bool history_looked_at_;
  std::vector<MigrationRun> runs_;
};

}  // namespace

std::vector<MigrationRun> apply(const Plan& plan, Database& database, History& history, Watcher& watcher,
                                const ApplyOptions& options) {
  return Applier(plan, database, history, watcher, options).run();
}

}  // namespace drydock
