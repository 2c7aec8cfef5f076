#include "rehearsal/rehearse_command.h"

#include <chrono>

#include "rehearsal/observe/two_states.h"
#include "runner/database/lock.h"
#include "runner/plan/fingerprint.h"

namespace drydock {

namespace {

std::string how_it_ended(int status) {
  if (status == 127) return "could not be run (exit status 127)";
  if (status > 128) return "was ended by signal " + std::to_string(status - 128);
  return "ended with exit status " + std::to_string(status);
}

// drydock's own record on the shadow, as it was cloned.
std::string record_in(Database& shadow) {
  const TargetState state = History(shadow).read();
  return (state.has_history ? "there " : "none ") + state.fingerprint() +
         (state.stamp ? state.stamp->database_id + " " + state.stamp->environment : std::string()) +
         (state.policy ? " " + std::to_string(state.policy->number) + " " + describe(state.policy->policy) : "") +
         (state.backup ? " " + state.backup->taken_at + " " + state.backup->proved_at : "");
}

// A command that goes by an address of its own has done its work there, unless it was kept from it.
CannotRehearse left_as_it_was(const OtherCommand& command, const CommandIsolation& isolation) {
  return CannotRehearse(command.name() + " left the shadow as it was, so that nothing is proved; " +
                        isolation.state_of_target() +
                        ". Either nothing is pending for it, or it does not go by DATABASE_URL or PG*: look at its "
                        "settings for an address of its own, and name the "
                        "variable that it reads under [command] environment in drydock.toml");
}

void run_and_compare(const OtherCommand& command, Shadow& shadow, const RehearseRequest& request,
                     ObservedMigration& observed, Rehearsal& rehearsal) {
  Database& database = shadow.database();
  const std::string record = record_in(database), schema = schema_fingerprint(database);
  const std::unique_ptr<TwoStates> states = keep_state(database);
  const CommandIsolation isolation(database.url(), request.clone.target);
  rehearsal.notes.insert(rehearsal.notes.end(), isolation.notes().begin(), isolation.notes().end());

  const auto start = std::chrono::steady_clock::now();
  int status = 0;
  {
    // As on the target, where drydock_protect lets nobody through while this lock is not held.
    const std::unique_ptr<MigrationLock> lock = acquire_lock(database.url(), {});
    status = run_on_shadow(command, database.url(), isolation);
  }
  observed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  if (status != 0) {
    observed.error = command.name() + " " + how_it_ended(status) + " on the shadow";
    return;
  }
  if (!states->wrote()) throw left_as_it_was(command, isolation);
  if (record_in(database) != record) {
    observed.error = command.name() + " drops or rewrites drydock's own record, which only grows";
    return;
  }
  observed.losses = states->losses();
}

}  // namespace

Rehearsal rehearse_command(const OtherCommand& command, const RehearseRequest& request) {
  return rehearse_on_shadow(request, {command_id}, command.checksum(), [&](Shadow& shadow, Rehearsal& rehearsal) {
    ObservedMigration observed;
    observed.id = command_id;
    observed.name = command.name();
    observed.checksum = command.checksum();
    try {
      run_and_compare(command, shadow, request, observed, rehearsal);
    } catch (const DatabaseError& error) {
      // Whoever ends drydock's own session, or drops the database, leaves nothing to compare.
      if (error.details().canceled) throw;
      observed.error = "what " + command.name() + " did to the shadow could not be judged: " + error.what();
      observed.sqlstate = error.sqlstate();
    }
    Observation observation;
    observation.migrations.push_back(std::move(observed));
    return judge(observation, {command.consents});
  });
}

}  // namespace drydock
