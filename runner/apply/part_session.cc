#include "runner/apply/part_session.h"

namespace drydock {
namespace {

// A run that goes on behind parts of an earlier run: what those SET for the session is set again.
void replay_settings(const PartContext& context) {
  for (const Part& part : context.step.parts) {
    if (part.number >= context.part.number) return;
    for (const std::size_t index : part.statements) {
      const Statement& statement = context.step.migration.statements[index];
      if (statement.traits.tag == "SET") context.database.execute(statement.text);
    }
  }
}

SessionSettings settings_of(const PartContext& context) {
  const Directives& directives = context.step.migration.directives;
  SessionSettings settings;
  settings.lock_timeout = directives.lock_timeout ? *directives.lock_timeout : context.options.lock_timeout;
  settings.statement_timeout = directives.statement_timeout;
  settings.foreign_keys = directives.foreign_keys_on;
  return settings;
}

}  // namespace

void prepare_session(const PartContext& context) {
  if (context.session == SessionState::fresh) {
    context.database.reset_session(settings_of(context));
    replay_settings(context);
  } else if (context.session == SessionState::retried) {
    context.database.drop_prepared_statements();
  }
}

PatientSession::PatientSession(const PartContext& context, const Statement& statement) : context_(context) {
  const bool wanted = context.database.dialect() == Dialect::postgres &&
                      statement.traits.lock_class == LockClass::concurrent &&
                      !context.step.migration.directives.lock_timeout;
  if (!wanted) return;
  before_ = context.database.query("SELECT pg_catalog.current_setting('lock_timeout')").text(0, 0);
  context.database.execute("SET lock_timeout = 0");
}

void PatientSession::restore() const {
  if (!before_.empty()) context_.database.execute("SET lock_timeout = " + literal(before_));
}

}  // namespace drydock
