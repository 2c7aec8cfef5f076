#include "runner/database/event_triggers.h"

namespace drydock {

namespace {

// Those that are enabled ALWAYS fire in any case, and cannot be kept out.
constexpr std::string_view would_fire =
    "SELECT pg_catalog.current_setting('session_replication_role'), current_user, "
    "(pg_catalog.current_setting('session_replication_role') <> 'replica' "
    "AND EXISTS (SELECT FROM pg_catalog.pg_event_trigger WHERE evtenabled = 'O'))::integer, ";

constexpr std::string_view may_set = "pg_catalog.has_parameter_privilege('session_replication_role', 'SET')::integer";
constexpr std::string_view is_superuser = "(pg_catalog.current_setting('is_superuser') = 'on')::integer";

}  // namespace

std::string QuietEventTriggers::explain(const DatabaseError& error) const {
  if (remedy.empty() || !error.details().raised()) return error.what();
  return std::string(error.what()) +
         "; or by an event trigger, which may refuse what drydock makes for itself: " + remedy;
}

QuietEventTriggers quiet_event_triggers(Database& database) {
  if (database.dialect() != Dialect::postgres) return {};
  const bool has_privileges_on_parameters = database.server_version() >= 150000;
  const Rows rows =
      database.query(std::string(would_fire) + std::string(has_privileges_on_parameters ? may_set : is_superuser));
  if (rows.integer(0, 2) == 0) return {};
  if (rows.integer(0, 3) == 0) {
    // Before version 15 the setting is a superuser's alone.
    return {.begin = {},
            .end = {},
            .remedy = has_privileges_on_parameters
                          ? "GRANT SET ON PARAMETER session_replication_role TO " + quoted(rows.text(0, 1))
                          : "run drydock as a superuser"};
  }
  return {.begin = "SET LOCAL session_replication_role = 'replica'; ",
          .end = "SET LOCAL session_replication_role = " + literal(rows.text(0, 0)) + "; ",
          .remedy = {}};
}

void execute_unseen(Database& database, const std::string& sql) {
  database.begin();
  QuietEventTriggers triggers;
  try {
    triggers = quiet_event_triggers(database);
    database.execute(triggers.begin + sql);
    database.commit();
  } catch (const DatabaseError& error) {
    database.rollback();
    if (triggers.remedy.empty() || !error.details().raised()) throw;
    throw std::runtime_error("what drydock makes for itself could not be made: " + triggers.explain(error));
  } catch (...) {
    database.rollback();
    throw;
  }
}

}  // namespace drydock
